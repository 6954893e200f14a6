//! Sentences that every report prints: its limits, and the words a reader may not know.

/// What the API cannot show, whatever was collected.
pub(super) const LIMITS: &[&str] = &[
    "Roles are named where the API gives them, and count for the tier of whoever holds them by what they allow in the organization. Permissions whose words no documentation gives are known by the things that they name. What a role allows on objects is not resolved; whoever holds one that allows anything there is not called unable to build.",
    "Retool's permission groups do not govern Retool Database, so nothing here speaks about it.",
    "The second factor shown is Retool's own. One that the identity provider asks for cannot be seen from here.",
    "A single sign-on set-up made by environment variables is not returned by the API; where it is missing, the report says so and draws no conclusion. On self-hosted Retool, variables can also switch passwords off; what only they decide is unknown unless the configuration states it.",
    "Screens, apps that a public link opens, OAuth clients and MCP connections that people let act for them, and provisioning over SCIM are not in the API.",
    "Of settings that may be secret, the snapshot holds keyed fingerprints: that one changed is told, and not what it is.",
    "Groups that follow the identity provider change at a person's next sign-in, so they may lag behind it.",
    "`last active` is what Retool reports under that name; its precision and delay are not documented. It is not called a last sign-in here.",
    "Retool's users page hides disabled accounts unless a filter is set; this report counts them, so the two numbers differ.",
    "Where a version does not state who is an administrator, membership of the group `admin` decides.",
    "Plans and purchased seats are not in the API; purchased seats come from the configuration.",
];

/// What a report cannot show where the records come from files.
pub(super) const IMPORT_LIMIT: &str = "The records were imported from files that a person saved or exported, at the time that the person stated. That each file is what Retool gave, and all of it, is for that person to vouch for; the ledger has every file's name and hash.";

/// What is read of grants on single objects, and what of it the API does not give.
pub(super) const OBJECT_LIMIT: &str = "Agents cannot be listed, so grants on single agents are not known; what groups grant on all agents is known where the server says it; what folders of resources and workflows grant is seen on the objects in them, and not where they are empty.";

/// Words a reader may not know.
pub(super) const GLOSSARY: &[(&str, &str)] = &[
    (
        "instance",
        "One Retool organization or Space, in the Cloud or self-hosted, reached with one token.",
    ),
    ("as-of", "The time when collection began. Every age counts back from it."),
    ("population", "The subjects that a rule looks at; always counted."),
    ("exception", "A subject for which a rule does not hold."),
    ("undetermined", "A subject that the facts at hand do not decide; never counted as a pass."),
    (
        "finding",
        "An exception or an undetermined subject as a record, with an id that stays the same from run to run.",
    ),
    (
        "first seen",
        "The first of the packs that have reported the finding without interruption since, by the \
         time of its snapshot; the condition itself may be older. Where the rule has changed since, \
         or a month has a snapshot and no pack, today's rule is evaluated on those snapshots as \
         well, up to twelve months back, and both dates are given.",
    ),
    (
        "reopened",
        "The finding was reported before, was not found at the last snapshot on which its rule could be evaluated, and is found again.",
    ),
    (
        "overdue",
        "The due date has passed. It is the day on which a pack first reported the exception, plus the days that the configuration gives its severity; without such days nothing falls due.",
    ),
    ("pass", "The rule looked at every subject, and none is an exception."),
    (
        "exceptions waived",
        "Every exception that the rule found is waived. It is not a pass: the exceptions are still there, and the waivers end.",
    ),
    (
        "pass (manual)",
        "The rule is not evaluable; a person looked instead, and says with evidence that it holds.",
    ),
    ("fail", "The rule found exceptions."),
    (
        "fail (manual)",
        "The rule is not evaluable; a person looked instead, and says with evidence that it does not hold.",
    ),
    (
        "waiver",
        "An approved, expiring acceptance of the risk of named exceptions of one rule on one instance. What is waived stays visible, and is counted apart.",
    ),
    (
        "not evaluable",
        "What the rule needs was not there, or it found no exception and could not decide about every subject. It is not a pass.",
    ),
    (
        "not applicable",
        "The instance has nothing that the rule looks at, or the rule is switched off with a reason.",
    ),
    (
        "complete",
        "Every list that the instance offers and the token may read was read to its end, its counts agree, no required list is missing, and the server's clock was right.",
    ),
    (
        "partial",
        "Of an instance: users and groups were read to their end, and something else keeps the collection from being complete. Of a report: an instance is partial, or evidence checks found problems.",
    ),
    (
        "failed",
        "The users or the groups are not whole, so nothing of the instance is reported as its population.",
    ),
    (
        "roster",
        "The organization's people from HR or the identity provider: the truth about who should have access.",
    ),
    (
        "tier 0",
        "Administrators: flagged as such, or members of the group admin; where the server flags no account, the group alone decides.",
    ),
    ("tier 1", "Accounts that own all apps, resources or workflows, or may change all resources."),
    (
        "tier 2",
        "Accounts that assign people to a group, or may see the audit log, the list of users or account details.",
    ),
    ("tier 3", "Ordinary accounts."),
    (
        "grant",
        "A level on a single app, folder, resource or workflow, given to an account or a group beside what groups have on everything of a kind. Tiers do not count it.",
    ),
    (
        "builder-capable",
        "An account that would become a builder by editing an app, a workflow or an agent.",
    ),
    ("unknown", "It cannot be determined from what was collected. It is not no."),
];
