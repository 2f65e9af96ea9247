/** A bare route of Fastify in a process of its own, to compare with: prints its port. */
import Fastify from 'fastify';

const app = Fastify();
const text = JSON.stringify({
  status: 'FINISHED',
  message: 'the image is ready',
  image_id: 'x',
  filename: 'x',
});
app.get('/build/:id', (_request, reply) => reply.type('application/json').send(text));
await app.listen({ port: 0, host: '127.0.0.1' });
const address = app.server.address();
console.log(typeof address === 'object' ? address?.port : '');
