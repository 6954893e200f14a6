//! What the configuration means: valid by construction, every path absolute.
//!
//! `source` reads the file and what it includes, `raw` is what they say, `check` turns the one into
//! the other and reports all problems at once.

pub mod check;
pub mod problem;
pub(crate) mod raw;
mod rosters;
pub mod keys;
pub mod notify;
pub mod review;
pub(crate) mod secrets;
pub mod source;
pub mod stated;
pub mod stores;
pub(crate) mod toml_text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono_tz::Tz;
use markup_pdf::color::Color;

use self::notify::NotifySettings;
use self::review::ReviewSettings;
pub use self::rosters::{AsOf, DateOrder, RosterSource, TableForm, TextEncoding};
use self::stated::{Deployment, Statements};
use self::stores::{StoreAccess, StoreAddress};
use crate::calendar::{Calendar, Month};
use crate::files::Readers;
use crate::names::{InstanceNames, fold};

/// A checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file's text as a copy of it goes into the evidence pack: without what looks like a
    /// secret.
    pub text: String,
    /// Whose access is audited.
    pub organization: Organization,
    /// Where the lists of people are; none makes every rule that needs one not evaluable.
    pub rosters: Vec<RosterSource>,
    /// The CSV file of approved changes; without one no change is approved.
    pub approvals: Option<PathBuf>,
    /// The first and the last month that the auditor looks at; none where nobody says.
    pub audit_window: Option<(Month, Month)>,
    /// What lies beside the manifest of each pack.
    pub signing: Signing,
    /// Who is told what packs come to.
    pub notify: NotifySettings,
    /// What a review asks, of whom, and until when.
    pub review: ReviewSettings,
    /// Where the waivers are; none means that nothing was accepted.
    pub waivers: Option<PathBuf>,
    /// The folder that takes the tables of every pack together.
    pub lake: Option<PathBuf>,
    /// Where the management responses are.
    pub responses: Option<PathBuf>,
    /// The file of the expected access; none makes the rule about it not evaluable.
    pub baseline: Option<PathBuf>,
    /// Hosts, or ids of Spaces, that stay out of the audit on purpose, in lower case, each with the
    /// reason that the report prints.
    pub excluded: BTreeMap<String, String>,
    /// Instances of earlier packs that are not audited any more on purpose, in lower case, each
    /// with the reason that the report prints.
    pub excluded_instances: BTreeMap<String, String>,
    /// What is audited, in the order of the file; names are unique.
    pub instances: Vec<Instance>,
    /// How all of them are asked.
    pub collection: Collection,
    /// What the file says about rules.
    pub rules: RuleSettings,
    /// How long the organization gives itself to put exceptions right.
    pub remediation: Remediation,
    /// The organization's own controls, in the order of the file; ids are unique.
    pub controls: Vec<OwnControl>,
    /// What is written, and where.
    pub output: Output,
    /// How stores of evidence are reached.
    pub store: StoreAccess,
    /// How documents look.
    pub branding: BrandingSettings,
}

impl Config {
    /// Instances that had another name: that name, in one spelling, to today's.
    pub fn renamed(&self) -> BTreeMap<String, String> {
        self.former().map(|(then, today)| (fold(&then), today)).collect()
    }

    /// Why an instance of earlier packs is not audited any more; none where nothing says so.
    pub fn excludes(&self, instance: &str) -> Option<&String> {
        self.excluded_instances.get(&fold(instance))
    }

    /// Every former name as it is written, with today's.
    fn former(&self) -> impl Iterator<Item = (String, String)> {
        self.instances.iter().flat_map(|instance| {
            instance.formerly.iter().map(|then| (then.clone(), instance.name.clone()))
        })
    }

    /// What the instances are called, and what they were called before.
    pub fn names(&self) -> InstanceNames {
        let today: Vec<&str> =
            self.instances.iter().map(|instance| instance.name.as_str()).collect();
        InstanceNames::of(&today, self.former())
    }
}

/// Whose access is audited.
#[derive(Clone, Debug)]
pub struct Organization {
    /// The name on the cover.
    pub name: String,
    /// Mail domains of the organization's own people, lower case.
    pub domains: Vec<String>,
    /// The zone whose days and months count, and that reports name beside UTC.
    pub timezone: Tz,
}

impl Organization {
    /// Which day and month a moment belongs to.
    pub fn calendar(&self) -> Calendar {
        Calendar::new(self.timezone)
    }
}

/// One Retool organization or Space, reached with one token.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The name in reports: letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// The names that it had before, under which earlier packs have it.
    pub formerly: BTreeSet<String>,
    /// Scheme, host and path without `/api/v2` and without a trailing slash.
    pub url: String,
    /// Where the token comes from.
    pub token: SecretSource,
    /// The approved administrators, lower case; none means that no list exists.
    pub approved_admins: Option<BTreeSet<String>>,
    /// The ids of approved powerful tokens; none means that no list exists.
    pub approved_tokens: Option<BTreeSet<String>>,
    /// The groups and accounts that may hold a role with power over the organization, lower case;
    /// none means that no list exists.
    pub approved_delegates: Option<BTreeSet<String>>,
    /// The groups that may read the audit log, lower case; none means that no list exists.
    pub audit_groups: Option<BTreeSet<String>>,
    /// The owners of groups: by the group's name, their addresses, all lower case; none means that
    /// no list exists.
    pub group_owners: Option<BTreeMap<String, BTreeSet<String>>>,
    /// Requests in any minute; 0 is no limit.
    pub requests_per_minute: u32,
    /// Whether lists are asked page by page or in one call.
    pub mode: Mode,
    /// Whether the access list of every app, folder, resource and workflow is read, a call each.
    pub collect_permissions: bool,
    /// What decides about a seat.
    pub license_model: LicenseModel,
    /// Who answers for the instance.
    pub owner: Option<String>,
    /// Purchased seats by class.
    pub seats: Option<Seats>,
    /// A certificate authority to trust besides the system's, as PEM.
    pub ca_file: Option<PathBuf>,
    /// Where the instance runs: as the file says, or else as its address does.
    pub deployment: Deployment,
    /// What the file states about settings that the API does not show everywhere.
    pub stated: Statements,
}

/// How instances are asked, all of them alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collection {
    /// Instances that are read at the same time.
    pub concurrency: u32,
    /// Minutes after which the reading of an instance ends, whole or not.
    pub deadline_minutes: u32,
    /// Seconds in which one answer must have come.
    pub answer_seconds: u32,
    /// The largest answer that is read.
    pub page_limit_mib: u32,
    /// Requests of one instance that may be sent again.
    pub retries: u32,
}

impl Default for Collection {
    fn default() -> Self {
        Self {
            concurrency: 8,
            deadline_minutes: 240,
            answer_seconds: 120,
            page_limit_mib: 256,
            retries: 200,
        }
    }
}

/// Where a secret comes from; never the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable of this name.
    Env(String),
    /// The first line of this file.
    File(PathBuf),
    /// The first line of the file of this name in the folder of credentials that systemd made.
    Credential(String),
    /// The first line that this program with its arguments prints.
    Command(Vec<String>),
}

/// How lists are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A hundred records at a time.
    Paged,
    /// Everything in one answer, which no change can slip through.
    Single,
}

/// What decides about a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LicenseModel {
    /// What people do in a billing cycle.
    Activity,
    /// The seat that was assigned to the account.
    NamedSeats,
    /// The configuration does not say.
    Unknown,
}

impl LicenseModel {
    /// The model as the configuration writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::NamedSeats => "named-seats",
            Self::Unknown => "unknown",
        }
    }
}

/// Purchased seats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// Builder seats.
    pub builder: Option<u32>,
    /// Internal user seats.
    pub internal: Option<u32>,
    /// External user seats.
    pub external: Option<u32>,
}

/// What the configuration says about rules; the names and keys are known to exist.
#[derive(Clone, Debug, Default)]
pub struct RuleSettings {
    /// The folder with the rules that the organization wrote.
    pub dir: Option<PathBuf>,
    /// Rules that do not run, by name, each with the reason that the report prints.
    pub disabled: BTreeMap<String, String>,
    /// Parameters by rule name and key.
    pub parameters: BTreeMap<String, BTreeMap<String, Value>>,
}

/// Days in which an exception of each severity is to be put right, from the first snapshot that
/// shows it; none where the organization promises nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remediation {
    /// For what is worth stopping for.
    pub critical: Option<u32>,
    /// For what is worth a phone call.
    pub high: Option<u32>,
    /// For what is worth a ticket.
    pub medium: Option<u32>,
    /// For what is worth tidying up.
    pub low: Option<u32>,
    /// For what is good to know.
    pub info: Option<u32>,
}

/// The largest number that a parameter may have, by its key: a hundred years, a hundredfold, or a
/// thousand million of anything else.
pub fn most(key: &str) -> u32 {
    let word = key.rsplit('-').next().unwrap_or(key);
    match word {
        "days" => 36_500,
        "hours" => 876_000,
        "percent" => 10_000,
        _ => 1_000_000_000,
    }
}

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number; the key says of what.
    Number(i64),
    /// Words, each lower case.
    Words(Vec<String>),
    /// Pairs of words that do not go together, each lower case.
    Pairs(Vec<[String; 2]>),
}

impl std::fmt::Display for Value {
    fn fmt(&self, it: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(it, "{number}"),
            Self::Words(words) if words.is_empty() => it.write_str("none"),
            Self::Words(words) => it.write_str(&words.join(", ")),
            Self::Pairs(pairs) if pairs.is_empty() => it.write_str("none"),
            Self::Pairs(pairs) => {
                let pairs = pairs.iter().map(|[one, other]| format!("{one} with {other}"));
                it.write_str(&pairs.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// A control of the organization's own, and what is evidence for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnControl {
    /// The organization's id.
    pub id: String,
    /// Its wording.
    pub wording: String,
    /// Who owns it; empty where the file does not say.
    pub owner: String,
    /// The policy that demands it; empty where the file does not say.
    pub policy: String,
    /// The names of the rules that speak to it, those of its criteria included.
    pub rules: BTreeSet<String>,
    /// The criteria of frameworks that it answers, as `soc2 CC6.1`.
    pub criteria: Vec<String>,
}

/// What the checker must know about a rule without knowing the rules.
#[derive(Clone, Debug)]
pub struct RuleWords {
    /// `DRM-01`.
    pub code: &'static str,
    /// `dormant-account`.
    pub name: &'static str,
    /// Parameter keys, each with a value of the right kind.
    pub parameters: Vec<(&'static str, Value)>,
    /// Keys that the rule once had.
    pub retired: Vec<RetiredKey>,
}

/// A key that a rule once had.
#[derive(Clone, Copy, Debug)]
pub struct RetiredKey {
    /// The rule's name.
    pub rule: &'static str,
    /// The key.
    pub key: &'static str,
    /// What to write instead.
    pub instead: &'static str,
}

/// What is to lie beside the manifest of each pack.
#[derive(Clone, Debug, Default)]
pub struct Signing {
    /// The private key that packs are signed with; without one they are not.
    pub key: Option<PathBuf>,
    /// The address of the authority that says when packs were there; without one, nobody does.
    pub timestamp: Option<String>,
}

/// What is written, and where.
#[derive(Clone, Debug)]
pub struct Output {
    /// The folder that holds a folder per period.
    pub dir: PathBuf,
    /// Where packs go besides.
    pub store: Option<StoreAddress>,
    /// Who may read what is made, besides its owner.
    pub readers: Readers,
    /// The formats that a pack holds.
    pub formats: BTreeSet<&'static str>,
    /// The folder with templates that replace the program's.
    pub templates: Option<PathBuf>,
    /// The keys of the frameworks whose controls reports show, in the order of frameworks.
    pub controls: Vec<&'static str>,
    /// How many accounts `report.pdf` prints one by one; none: all of them.
    pub pdf_rows: Option<u32>,
    /// Whether CSV files begin with the mark of UTF-8, which spreadsheets want and programs pass over.
    pub csv_bom: bool,
    /// How many exceptions of each rule documents print, the worst first; none: all of them.
    pub findings_printed: Option<u32>,
    /// The file of metrics that each run and report writes; none: no such file.
    pub metrics: Option<PathBuf>,
}

/// How documents look.
#[derive(Clone, Debug)]
pub struct BrandingSettings {
    /// The organization's logo, a PNG; none leaves its place empty.
    pub logo: Option<PathBuf>,
    /// Headings, links, rules and charts on light paper.
    pub accent: Color,
    /// The same on dark paper.
    pub accent_dark: Color,
    /// Stands on every page.
    pub classification: String,
}

impl BrandingSettings {
    /// What headings, links, rules and charts have unless the configuration says another.
    pub const ACCENT: Color = Color::ACCENT;
    /// The same on dark paper.
    pub const ACCENT_DARK: Color = Color(0xa5, 0xc4, 0xea);
    /// The background of `report.html`.
    pub const PAPER: Color = Color(0xfd, 0xfc, 0xfa);
    /// The same where the reader's system is dark.
    pub const PAPER_DARK: Color = Color(0x14, 0x18, 0x1d);
    /// The classification unless the configuration says another.
    pub const CLASSIFICATION: &str = "Confidential";
}

/// What the checker must know about a format without knowing who renders it.
#[derive(Clone, Copy, Debug)]
pub struct FormatWords {
    /// The format as the configuration writes it.
    pub name: &'static str,
    /// Whether it is written unless the configuration chooses.
    pub usual: bool,
}

/// What a configuration may speak of, and the checker cannot know by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// The rules with their parameters.
    pub rules: &'a [RuleWords],
    /// The formats of a report.
    pub formats: &'a [FormatWords],
}
