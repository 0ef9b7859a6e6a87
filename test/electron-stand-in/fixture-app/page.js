// Keeps what reaches the page where a test finds it.
const seen = { visibility: [], dropped: [], worker: [] };
window.seen = seen;

document.addEventListener('visibilitychange', () => seen.visibility.push(document.visibilityState));
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  seen.dropped.push(...[...event.dataTransfer.files].map((file) => window.fixture.pathOf(file)));
});
window.fixture.on('worker', (message) => seen.worker.push(message));
