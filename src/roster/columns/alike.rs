//! Headers that look like something that decides, in the languages that exports come in.

use super::squeeze;

/// Parts of headers that speak of where a person stands.
const STATUS: &[&str] = &[
    "status",
    "statut",
    "estado",
    "situation",
    "situacion",
    "zustand",
    "lifecycle",
    "active",
    "inactive",
    "enabled",
    "disabled",
    "suspended",
    "terminated",
    "deactivated",
    "blocked",
    "aktiv",
    "gesperrt",
    "ausgeschieden",
    "actif",
    "activo",
    "employed",
];

/// Parts that make them speak of something else.
const OTHER_STATUS: &[&str] = &[
    "marital",
    "civil",
    "familien",
    "matrimonial",
    "visa",
    "tax",
    "flsa",
    "military",
    "veteran",
    "immigration",
    "citizen",
    "resident",
    "license",
    "licence",
    "lizenz",
    "mfa",
    "2fa",
    "2sv",
    "factor",
    "2step",
    "twostep",
    "password",
    "sync",
    "storage",
    "vaccin",
    "background",
    "enrol",
    "benefit",
    "payroll",
    "pay",
    "union",
    "disability",
    "smoker",
    "student",
    "review",
    "task",
    "training",
    "activesync",
    "activedirectory",
    "lastactive",
    "activity",
    "forced",
    "enforced",
    "delegated",
    "approval",
    "request",
    "order",
    "exempt",
    "mailbox",
    "device",
    "remote",
    "work",
    "fulltime",
    "health",
    "insurance",
    "probation",
];

/// Parts of headers that speak of a last day.
const END: &[&str] = &[
    "enddate",
    "terminationdate",
    "dateoftermination",
    "lastday",
    "lastworkingday",
    "leavingdate",
    "leavedate",
    "dateofleaving",
    "exitdate",
    "separationdate",
    "terminatedon",
    "terminated",
    "austritt",
    "vertragsende",
    "ausgeschiedenam",
    "befristetbis",
    "datedefin",
    "datedesortie",
    "datededepart",
    "sortie",
    "fechadebaja",
    "fechafin",
    "fechadesalida",
    "offboarding",
    "expir",
    "endofemployment",
    "employmentend",
];

/// Parts that make them speak of something else.
const OTHER_END: &[&str] = &[
    "leaveend",
    "visa",
    "passport",
    "license",
    "licence",
    "probation",
    "password",
    "card",
    "permit",
    "probezeit",
    "trial",
    "holiday",
    "reason",
    "type",
    "certificate",
    "absence",
    "mutterschutz",
];

/// Parts of headers that hold addresses.
const MAIL: &[&str] = &["mail", "courriel", "correo"];

/// Parts that make them another person's, or no address.
const OTHER_MAIL: &[&str] = &[
    "manager",
    "supervisor",
    "reportsto",
    "vorgesetzt",
    "fuhrungskraft",
    "responsable",
    "jefe",
    "owner",
    "approver",
    "partner",
    "emergency",
    "notfall",
    "mailing",
    "mailstop",
    "mailcode",
    "mailbox",
    "recruiter",
    "assistant",
    "buddy",
    "mentor",
    "coach",
    "lead",
    "boss",
    "head",
    "createdby",
    "updatedby",
    "verified",
    "domain",
    "list",
    "notification",
    "count",
];

/// Whether a header looks like that of a status.
pub(super) fn is_status(header: &str) -> bool {
    looks(header, STATUS, OTHER_STATUS)
}

/// Whether a header looks like that of a last day.
pub(super) fn is_end(header: &str) -> bool {
    looks(header, END, OTHER_END)
}

/// Whether a header looks like that of a person's own address.
pub(super) fn is_mail(header: &str) -> bool {
    looks(header, MAIL, OTHER_MAIL)
}

fn looks(header: &str, parts: &[&str], others: &[&str]) -> bool {
    let header = squeeze(header);
    let has = |parts: &[&str]| parts.iter().any(|part| header.contains(part));
    has(parts) && !has(others)
}

/// Whether a header that the configuration names as the status asks whether the person left.
pub(super) fn asks_who_left(header: &str) -> bool {
    let header = squeeze(header);
    let words = [
        "inactive",
        "notactive",
        "disabled",
        "suspended",
        "terminated",
        "deactivated",
        "block",
        "archived",
        "deleted",
        "inaktiv",
        "gesperrt",
        "deaktiviert",
        "ausgeschieden",
        "inactif",
        "inactivo",
        "hasleft",
        "isleft",
        "offboarded",
        "baja",
    ];
    words.iter().any(|word| header.contains(word))
}

/// Whether a header that the configuration names as the status asks whether the person is active.
pub(super) fn asks_who_is_active(header: &str) -> bool {
    let header = squeeze(header);
    ["active", "enabled", "aktiv", "actif", "activo", "employed"]
        .iter()
        .any(|it| header.contains(it))
}
