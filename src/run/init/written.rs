//! The files that `init` writes.

use std::fmt::Write as _;

use super::answers::{Answers, NewInstance};
use crate::config::toml_text::quoted;
use crate::report::formats;

/// The configuration, with what was said, and the rest as comments.
pub(super) fn configuration(answers: &Answers) -> String {
    let usual = formats::words().into_iter().filter(|it| it.usual);
    let usual: Vec<String> = usual.map(|it| quoted(it.name)).collect();
    let domains: Vec<String> = answers.domains.iter().map(|it| quoted(it)).collect();
    let mut res = format!(
        "# Try it with `retool-audit check`; every key is explained in docs/configuration.md.\n\n\
         [organization]\nname = {}\n\
         domains = [{}]  # mail domains of your own people; every other one is external\n\
         timezone = {}  # a last day ends at its midnight\n\n\
         [output]\n\
         dir = {}  # one folder a month; keep it where nothing is overwritten\n\
         # formats = [{}]\n\
         # controls = [\"soc2\", \"iso27001\"]  # the frameworks that the report shows\n",
        quoted(&answers.organization),
        domains.join(", "),
        quoted(&answers.timezone),
        quoted(&answers.out.to_string_lossy()),
        usual.join(", "),
    );
    for it in &answers.instances {
        instance(&mut res, it);
    }
    roster(&mut res, answers);
    res.push_str(REST);
    res
}

fn instance(res: &mut String, it: &NewInstance) {
    let owner = match it.owner.as_str() {
        "" => "# owner = \"Ana Pereira, platform\"  # who answers for its findings".to_owned(),
        owner => format!("owner = {}", quoted(owner)),
    };
    let (name, url, variable) = (quoted(&it.name), quoted(&it.url), quoted(&it.token_env));
    write!(
        res,
        "\n# One Retool organization or Space, reached with one API token.\n\
         [[instance]]\nname = {name}\nurl = {url}\n\
         token-env = {variable}  # the variable's name, never the token itself\n\
         # token-file = \"/run/secrets/retool-audit/token\"  # instead: a file, such as a mounted secret\n\
         # token-credential = \"token\"  # instead: a credential of a systemd unit\n\
         # token-command = [\"pass\", \"show\", \"retool\"]  # instead: a program that prints it\n{owner}\n\
         # approved-admins = [\"ana@acme.example\"]  # who may administer; without it PRV-03 is not evaluable\n\
         # approved-tokens = []  # ids of API tokens that may do more than read\n\
         # audit-groups = []  # groups that may read the audit log, besides admin\n\
         # license-model = \"named-seats\"  # or \"activity\"\n\
         # seats = {{ builder = 10, internal = 50, external = 0 }}  # as bought\n\
         # ca-file = \"ca.pem\"  # for a certificate that this machine does not trust\n"
    )
    .expect("text grows");
}

fn roster(res: &mut String, answers: &Answers) {
    res.push_str(
        "\n# The people who should have access, as HR or the identity provider exports them.\n",
    );
    match &answers.roster {
        Some(path) => {
            let path = quoted(&path.to_string_lossy());
            let day = if answers.roster_says_its_day {
                "# as-of = 2026-10-31  # where the file does not say of which day it is"
            } else {
                "as-of-file-time = true  # the file does not say of which day it is; or `as-of = 2026-10-31`"
            };
            write!(
                res,
                "[roster]\npath = {path}\n{day}\n\
                 # [roster.columns]  # where a header is not understood: email = \"Work Mail\"\n\
                 # [roster.statuses]  # where a word is not understood: \"LOA\" = \"leave\"\n"
            )
            .expect("text grows");
        }
        None => res.push_str("# [roster]\n# path = \"roster.csv\"\n"),
    }
}

const REST: &str = "
# Risks that are accepted for a time, and what a person answered.
[waivers]
path = \"waivers.toml\"

# Changes that were approved since the last review; what is not in it counts as unapproved.
[approvals]
path = \"approvals.csv\"

# A Space that stays out of the audit on purpose.
# [[excluded]]
# host = \"training.acme.example\"
# reason = \"Course material only.\"

# Days in which an exception is to be put right, by its severity.
# [remediation]
# critical = 7
# high = 30
# medium = 90
# low = 180

# Thresholds of rules: see `retool-audit rules`.
# [rules.dormant-account]
# days = 90
";

/// What lies beside the configuration, by name.
pub(super) fn beside(answers: &Answers) -> Vec<(&'static str, String)> {
    let mut res =
        vec![("waivers.toml", WAIVERS.to_owned()), ("approvals.csv", APPROVALS.to_owned())];
    if answers.roster.is_none() {
        res.push(("roster.csv", ROSTER.to_owned()));
    }
    res
}

const WAIVERS: &str = "\
# A waiver accepts named findings of one rule on one instance for a time; docs/waivers.md has all
# keys. `retool-audit waive F-… ` writes one to be completed.
#
# [[waiver]]
# id = \"W-2026-001\"
# rule = \"DRM-01\"
# rule-version = \"…\"
# instance = \"cloud\"
# subjects = [\"ana@acme.example\"]
# kind = \"risk-accepted\"
# reason = \"…\"
# owner = \"…\"
# approver = \"…\"
# approved-at = 2026-11-01T09:00:00Z
# starts = 2026-11-01
# expires = 2027-01-31
";

const APPROVALS: &str = "instance,subject,change,reference,approver,approved at\n";

const ROSTER: &str = "email,name,status,type,start date,end date,manager,department\n";
