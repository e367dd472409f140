// Makes organisations and members by Muster's API, and writes what will be asked of it:
// `prepare_muster.mjs FOLDER ORGANISATIONS MEMBERS INVITATIONS ORIGIN DATA RULES`.
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { inParallel, writeRequests } from "./requests.mjs";

const [folder, organizations, members, invitations] = process.argv
    .slice(2, 6)
    .map((word, i) => (i === 0 ? word : Number(word)));
const [origin, data, rules] = process.argv.slice(6);

const key = readFileSync(`${data}/operator-key`, "utf8").trim();
const blueprint = JSON.parse(readFileSync(rules, "utf8"));
// More invitations than an organisation's mails of an hour.
blueprint.joining.most_mails_an_hour = 0;

async function ask(method, path, body) {
    const answer = await fetch(origin + path, {
        method,
        headers: { authorization: `Bearer ${key}` },
        body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
}

const invite = (organization, addresses) => ask("POST", `${organization}/invitations`, {
    people: addresses.map((address) => ({ address, role: "member" })),
});

async function makeTenant(i) {
    const founding = { address: `founder${i}@example.org`, name: "Member" };
    const founded = await ask("POST", "/v1/organizations",
        { name: `Bench ${i}`, blueprint, founder: founding });
    const path = `/v1/organizations/${founded.organization}`;
    const people = [];
    const addresses = [];
    for (let j = 1; j < members; ++j) {
        addresses.push(`member${i}-${j}@example.org`);
        const person = { address: addresses.at(-1), name: "Member", verified: true };
        people.push((await ask("POST", "/v1/people", person)).person);
    }
    // These rules let people with an account join at once.
    await invite(path, addresses);
    return { path, people, founder: founded.founder };
}

/// The links in the mails of invitations to people without an account.
async function tokensOfInvitations() {
    await inParallel(organizations, (i) => {
        const addresses = [];
        for (let j = i; j < invitations; j += organizations) {
            addresses.push(`invited${j}@example.org`);
        }
        return invite(tenants[i].path, addresses);
    });
    let mails = [];
    for (let second = 0; second < 300 && mails.length < invitations; ++second) {
        await setTimeout(1000);
        mails = readdirSync(`${data}/outbox`).filter((name) => name.endsWith(".eml"));
    }
    return mails.map((name) => {
        // Quoted-printable breaks lines within a link.
        const mail = readFileSync(`${data}/outbox/${name}`, "utf8").replaceAll(/=\r?\n/g, "");
        return mail.match(/\/invitations\/([\w.~-]+)/)[1];
    });
}

const tenants = await inParallel(organizations, makeTenant);
const tokens = await tokensOfInvitations();
if (tokens.length !== invitations) throw new Error(`${tokens.length} mails of ${invitations}`);

const at = (founder, method, target) => ({
    method,
    target,
    headers: { authorization: `Bearer ${key}`, "muster-actor": founder },
});

writeRequests(folder, "check", tenants.map(({ path, founder }) => ({
    ...at(founder, "POST", `${path}/check`),
    body: { person: founder, permission: "members.invite" },
    expect: '"allowed":true',
})));
writeRequests(folder, "list", tenants.map(({ path, founder }) => ({
    ...at(founder, "GET", `${path}/members?limit=100&status=active`),
    expect: `"total":${members}`,
})));
writeRequests(folder, "role", ["admin", "member"].flatMap((role) =>
    tenants[0].people.flatMap((_, j) => tenants.map(({ path, people, founder }) => ({
        ...at(founder, "PUT", `${path}/members/${people[j]}/roles`),
        body: { roles: [role] },
        expect: '"position":',
        never: '"unchanged"',
    }))),
));
writeRequests(folder, "accept", tokens.map((token) => ({
    method: "POST",
    target: `/v1/invitations/${token}/accept`,
    headers: {},
    body: { name: "Member" },
    expect: '"position":',
    never: '"unchanged"',
})));
writeRequests(folder, "invite", tenants.map(({ path, founder }) => ({
    ...at(founder, "POST", `${path}/invitations`),
    body: { address: "guest{number}@example.org", role: "member" },
    expect: '"position":',
    never: '"unchanged"',
})));
