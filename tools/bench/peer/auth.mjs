// The better-auth that Muster is measured beside. For speed sessions are read from a signed
// cookie (cookieCache), tables are joined by PostgreSQL, no request is counted or reported, and an
// answer does not wait for its mail. The environment says where the database and the mails are.
import { writeFile } from "node:fs/promises";
import { betterAuth } from "better-auth";
import { organization } from "better-auth/plugins";
import pg from "pg";

const { PEER_SOCKETS, PEER_DATABASE, PEER_PORT, PEER_MAILS } = process.env;

export const port = Number(PEER_PORT);
export const origin = `http://127.0.0.1:${port}`;

async function sendInvitationEmail({ id, email, organization }) {
    const text =
        `To: <${email}>\r\nSubject: You are invited to ${organization.name}\r\n\r\n` +
        `You are invited to join ${organization.name}.\r\n\r\nTo accept, follow this link:\r\n` +
        `${origin}/accept-invitation/${id}\r\n`;
    // Not awaited: neither do Muster's answers wait for the file. One that fails ends the process.
    writeFile(`${PEER_MAILS}/${id}.eml`, text);
}

export function authWith(plugins = []) {
    return betterAuth({
        baseURL: origin,
        secret: "of-a-database-that-is-gone-after-the-benchmark",
        database: new pg.Pool({ host: PEER_SOCKETS, user: "postgres", database: PEER_DATABASE }),
        emailAndPassword: { enabled: true },
        session: { cookieCache: { enabled: true, maxAge: 24 * 60 * 60 } },
        advanced: { database: { joins: true } },
        rateLimit: { enabled: false },
        telemetry: { enabled: false },
        logger: { level: "error" },
        plugins: [
            organization({
                // Of 100 each unless they are told.
                membershipLimit: 1_000_000,
                invitationLimit: 1_000_000,
                sendInvitationEmail,
            }),
            ...plugins,
        ],
    });
}
