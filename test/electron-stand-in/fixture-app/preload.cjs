// Everything the page of the fixture may do.
const { contextBridge, ipcRenderer, webUtils } = require('electron');

function reach(name) {
  try {
    return typeof require(name);
  } catch (error) {
    return error.message;
  }
}

contextBridge.exposeInMainWorld('fixture', {
  nodeModule: reach('node:fs'),
  sandboxed: process.sandboxed,
  invoke: (channel, ...args) => ipcRenderer.invoke(channel, ...args),
  echo: (value) => ipcRenderer.send('echo', value),
  add: (left, right) => left + right,
  pathOf: (file) => webUtils.getPathForFile(file),
  on: (channel, listener) => {
    function forward(_event, value) {
      listener(value);
    }
    ipcRenderer.on(channel, forward);
    return () => ipcRenderer.off(channel, forward);
  },
});
