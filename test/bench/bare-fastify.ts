// The peer of the service: fastify with one route that sends a text kept ready, and nothing else. Prints its address.
import fastify from 'fastify';

const text = process.argv[2] ?? '{}';
const app = fastify();
app.get('/api/v1/lookup/:sha256', (_request, reply) => {
  reply.header('content-type', 'application/json; charset=utf-8').send(text);
});
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
