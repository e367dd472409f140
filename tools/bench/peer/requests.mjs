// The files of requests that muster_bench_peer sends, one for each work.
import { writeFileSync } from "node:fs";

/// `requests` are objects with method, target, headers, perhaps a body, what their answer must hold
/// (`expect`) and perhaps what it must not (`never`).
export function writeRequests(folder, work, requests) {
    const lines = requests.map(({ body, never, ...request }) => JSON.stringify({
        ...request,
        body: body === undefined ? "" : JSON.stringify(body),
        never: never ?? "no answer holds this",
    }));
    writeFileSync(`${folder}/${work}.jsonl`, lines.join("\n") + "\n");
}

/// Calls `make` with 0 to count - 1, so many at a time, and gives what it made in that order.
export async function inParallel(count, make) {
    const atATime = 16;
    const made = new Array(count);
    let next = 0;
    const run = async () => {
        while (next < count) {
            const i = next++;
            made[i] = await make(i);
        }
    };
    await Promise.all(Array.from({ length: atATime }, run));
    return made;
}
