// A utility process that says what it was given, and dies when told to.
process.parentPort.on('message', ({ data }) => {
  if (data === 'die') {
    console.error('last words');
    process.exit(7);
  }
  const answer = {
    kind: 'answer',
    data,
    args: process.argv.slice(2),
    variable: process.env['FIXTURE'],
    execArgv: process.execArgv.includes('--optimize-for-size'),
    type: process.type,
    send: typeof process.send,
  };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
  process.parentPort.postMessage(answer);
});
