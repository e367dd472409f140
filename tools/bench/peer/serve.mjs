// Serves better-auth on 127.0.0.1: `serve.mjs PROCESSES`. With more than one, Node's cluster shares
// the connections out among them.
import cluster from "node:cluster";
import { createServer } from "node:http";
import { toNodeHandler } from "better-auth/node";
import { authWith, origin, port } from "./auth.mjs";

const processes = Number(process.argv[2]);

if (cluster.isPrimary && processes > 1) {
    for (let i = 0; i < processes; ++i) cluster.fork();
    cluster.on("exit", () => process.exit(1));
} else {
    createServer(toNodeHandler(authWith())).listen(port, "127.0.0.1", () => {
        console.log(`listening on ${origin}`);
    });
}
