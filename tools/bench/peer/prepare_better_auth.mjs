// Makes better-auth's tables, organisations and members by better-auth itself, and writes what will
// be asked of it: `prepare_better_auth.mjs FOLDER ORGANISATIONS MEMBERS INVITATIONS`.
import { getMigrations } from "better-auth/db/migration";
import { testUtils } from "better-auth/plugins";
import { authWith, origin } from "./auth.mjs";
import { inParallel, writeRequests } from "./requests.mjs";

const folder = process.argv[2];
const [organizations, members, invitations] = process.argv.slice(3).map(Number);

const auth = authWith([testUtils()]);
await (await getMigrations(auth.options)).runMigrations();
const { internalAdapter, test } = await auth.$context;

const makeUser = (email) =>
    internalAdapter.createUser({ email, name: "Member", emailVerified: true });

/// The cookies that a browser has once it has asked for its session. The sign-in before, with its
/// slow hash of a password, is what the plugin for tests saves.
async function cookiesOf(user) {
    const { headers } = await test.login({ userId: user.id });
    const answer = await auth.handler(new Request(`${origin}/api/auth/get-session`, { headers }));
    const cached = answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
    return [headers.get("cookie"), ...cached].join("; ");
}

async function makeTenant(i) {
    const founder = await makeUser(`founder${i}@example.org`);
    const { id } = await auth.api.createOrganization({
        body: { name: `Bench ${i}`, slug: `bench-${i}`, userId: founder.id },
    });
    const ids = [];
    for (let j = 1; j < members; ++j) {
        const user = await makeUser(`member${i}-${j}@example.org`);
        const body = { userId: user.id, organizationId: id, role: "member" };
        ids.push((await auth.api.addMember({ body })).id);
    }
    return { id, ids, cookie: await cookiesOf(founder) };
}

async function makeInvitation(i) {
    const tenant = tenants[i % tenants.length];
    const email = `invited${i}@example.org`;
    const invitation = await auth.api.createInvitation({
        headers: new Headers({ cookie: tenant.cookie }),
        body: { email, role: "member", organizationId: tenant.id },
    });
    return { id: invitation.id, cookie: await cookiesOf(await makeUser(email)) };
}

const at = (cookie, method, path) => ({
    method,
    target: `/api/auth/organization/${path}`,
    headers: { cookie, origin, "content-type": "application/json" },
});

const tenants = await inParallel(organizations, makeTenant);
const invited = await inParallel(invitations, makeInvitation);

writeRequests(folder, "check", tenants.map(({ id, cookie }) => ({
    ...at(cookie, "POST", "has-permission"),
    body: { organizationId: id, permissions: { invitation: ["create"] } },
    expect: '"success":true',
})));
writeRequests(folder, "list", tenants.map(({ id, cookie }) => ({
    ...at(cookie, "GET", `list-members?organizationId=${id}&limit=100`),
    expect: `"total":${members}`,
})));
writeRequests(folder, "role", ["admin", "member"].flatMap((role) =>
    tenants[0].ids.flatMap((_, j) => tenants.map(({ id, ids, cookie }) => ({
        ...at(cookie, "POST", "update-member-role"),
        body: { organizationId: id, memberId: ids[j], role },
        expect: `"role":"${role}"`,
    }))),
));
writeRequests(folder, "accept", invited.map(({ id, cookie }) => ({
    ...at(cookie, "POST", "accept-invitation"),
    body: { invitationId: id },
    expect: '"status":"accepted"',
})));
writeRequests(folder, "invite", tenants.map(({ id, cookie }) => ({
    ...at(cookie, "POST", "invite-member"),
    body: { organizationId: id, email: "guest{number}@example.org", role: "member" },
    expect: '"status":"pending"',
})));
process.exit(0);
