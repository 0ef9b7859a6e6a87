// Refuses a window whose page could reach more than its preload gives it: no test passes with such a window.
import type { WebPreferences } from 'electron';

/** @throws and names every preference that is not secure. */
export function refuseInsecure(preferences: WebPreferences): void {
  const insecure = [
    preferences.contextIsolation === false && 'contextIsolation: false',
    preferences.nodeIntegration === true && 'nodeIntegration: true',
    preferences.nodeIntegrationInWorker === true && 'nodeIntegrationInWorker: true',
    preferences.nodeIntegrationInSubFrames === true && 'nodeIntegrationInSubFrames: true',
    preferences.sandbox === false && 'sandbox: false',
    preferences.webSecurity === false && 'webSecurity: false',
    preferences.allowRunningInsecureContent === true && 'allowRunningInsecureContent: true',
    preferences.experimentalFeatures === true && 'experimentalFeatures: true',
    preferences.webviewTag === true && 'webviewTag: true',
  ].filter((name) => name !== false);
  if (insecure.length > 0) throw new Error(`stand-in: refused web preferences: ${insecure.join(', ')}`);
}
