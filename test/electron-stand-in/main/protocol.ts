// `protocol`: schemes the app serves itself. What could not work in Electron is refused here too.
import type { CustomScheme } from 'electron';
import { lifecycle } from './lifecycle.ts';
import { sessionRules, type SchemeHandler } from './session-rules.ts';

class Protocol {
  registerSchemesAsPrivileged(schemes: readonly CustomScheme[]): void {
    if (lifecycle.isReady) {
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    }
    for (const { scheme, privileges = {} } of schemes) sessionRules.privileges.set(scheme, privileges);
  }

  handle(scheme: string, handler: SchemeHandler): void {
    if (sessionRules.schemes.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    const privileges = sessionRules.privileges.get(scheme);
    if (privileges?.standard !== true || privileges.secure !== true) {
      throw new Error(`stand-in: ${scheme} must be registered as standard and secure before it is handled`);
    }
    sessionRules.schemes.set(scheme, handler);
  }

  unhandle(scheme: string): void {
    sessionRules.schemes.delete(scheme);
  }

  isProtocolHandled(scheme: string): boolean {
    return sessionRules.schemes.has(scheme);
  }
}

export const protocol = new Protocol();
