// `powerMonitor`: says what a test has set; its events are emitted by the test.
import { EventEmitter } from 'node:events';
import { controlState } from '../control/control-state.ts';

class PowerMonitor extends EventEmitter {
  get onBatteryPower(): boolean {
    return controlState.power.isOnBattery;
  }

  isOnBatteryPower(): boolean {
    return controlState.power.isOnBattery;
  }

  getSystemIdleTime(): number {
    return controlState.power.idleSeconds;
  }

  getSystemIdleState(thresholdSeconds: number): 'active' | 'idle' {
    return controlState.power.idleSeconds < thresholdSeconds ? 'active' : 'idle';
  }
}

export const powerMonitor = new PowerMonitor();
