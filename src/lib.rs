//! Monthly access-review evidence for Retool: collect, judge, report.
//!
//! Data flows one way, and nothing imports to its right:
//!
//! ```text
//! config ─ roster ─┐
//! retool ─ collect ─ snapshot ─ tables ─ rules ─ audit ─ waivers ─ report ─ pack ─ run
//! ```
//!
//! The modules, in the order of the flow (a test keeps the list true):
//!
//! - [`files`]: Files and folders: made for their owner alone, and read where they are plain files.
//! - [`threads`]: Threads for the work: a large stack, a deadline, and one boundary for panics.
//! - [`lookup`]: A map by hash that can be asked and not walked through, so that its order reaches no evidence.
//! - [`menus`]: Where Retool's own settings are, in its words.
//! - [`operator`]: Who runs the program, and where: as the operating system says, and not as variables do.
//! - [`digest`]: SHA-256: what evidence is known by, always as lower-case hex.
//! - [`input`]: Files that people wrote: read once, known by their hash, and copied into the evidence pack.
//! - [`json`]: JSON as evidence has it: indented documents, and records on compressed lines.
//! - [`checksums`]: A sealed folder against its list of checksums: what is gone, changed or new.
//! - [`calendar`]: The organization's calendar: the day and month of a moment, in its time zone.
//! - [`retention`]: The record of retention: what was removed from a folder of evidence, when, by whom and why.
//! - [`address`]: Addresses of people, in the one form in which they are compared.
//! - [`loopback`]: Which hosts are this machine itself, reached without network and proxy.
//! - [`names`]: How names and addresses are compared: neither case nor spaces count.
//! - [`signing`]: Signatures of packs, in the format of `ssh-keygen -Y`: anybody who has it can check them.
//! - [`frameworks`]: The frameworks: their controls, the rules that speak to each, and what each tolerates at most.
//! - [`config`]: What the configuration means: valid by construction, every path absolute.
//! - [`spreadsheet`]: Tables from people: any usual kind of file as a header and rows of text.
//! - [`roster`]: The organization's people as HR or the identity provider exported them.
//! - [`baseline`]: The access that people are expected to have, as a table says it.
//! - [`logo`]: The organization's logo: a PNG file, and its pixels.
//! - [`power`]: What the scopes of API tokens and the permissions of roles let their holders do.
//! - [`snapshot`]: What one collection run got from all instances, frozen, with its ledger.
//! - [`identities`]: Who is whom: people by any address, alias or id, and their accounts.
//! - [`approvals`]: Which changes were approved, as a file of people's decisions says.
//! - [`review`]: The review: what people decide about each entitlement, line by line.
//! - [`mask`]: A secret, wherever somebody's text has it: whole, in part, or in another writing.
//! - [`secret`]: Secrets, from where the configuration says; their values go nowhere else.
//! - [`reach`]: How any server is reached: as whom, over which TLS, and what a failure comes from.
//! - [`retool`]: The client of one Retool instance: whole lists, or the reason why not.
//! - [`outbound`]: Requests to services that are not Retool: one at a time, within bounds, and led nowhere else.
//! - [`stores`]: Stores: where packs go besides their folder, and where earlier ones are fetched from.
//! - [`timestamp`]: Time-stamps of manifests (RFC 3161): an authority's word for when a pack was there.
//! - [`collect`]: All instances at once become one snapshot; what fails stays where it failed.
//! - [`checkup`]: The check before the first run: what each instance would give, without taking it.
//! - [`import`]: Saved answers and tables become a snapshot, where nothing can be asked.
//! - [`stand_in`]: A stand-in for Retool's API on this machine, for the demo and the tests.
//! - [`tables`]: The snapshot as dataframes, and what is missing from them.
//! - [`parameters`]: The thresholds that a snapshot is judged on.
//! - [`subjects`]: What rules look at: accounts, groups, tokens, waivers and so on, each with its facts.
//! - [`rules`]: The audit rules, one file each: whom a rule looks at, and what is an exception.
//! - [`custom_rules`]: Rules that users write: TOML, with a population and an exception in SQL.
//! - [`catalogue`]: The rules of one run: the built-in ones and the organization's own.
//! - [`guardrails`]: How loose a threshold may be: what each control takes at most, and what is looser.
//! - [`audit`]: Evaluates every rule on the tables and keeps the verdicts.
//! - [`reperform`]: Rules as SQL: what each asks, for engines that are not ours.
//! - [`explain`]: The catalogue in words: what each rule asks, of whom, by which thresholds, and from what.
//! - [`waivers`]: Waivers and manual evidence: what people accepted, or answered themselves.
//! - [`responses`]: Management responses: what is answered to single findings, and what is done about them.
//! - [`record`]: The record of a pack, on the disk: what it reported, and what it knows of the packs before it.
//! - [`references`]: What the inputs name, and whether the instances have it.
//! - [`report`]: The report: one plain, ordered value that every renderer sees, and nothing else.
//! - [`pack`]: The evidence pack: a folder that appears as a whole, with manifest and checksums.
//! - [`metrics`]: Metrics of the last run and of the newest pack, in a file that `node_exporter` reads.
//! - [`notify`]: Notices: what a pack comes to, told to whom the configuration names, once it is sealed.
//! - [`verify`]: Verification: packs held against themselves and against each other, offline.
//! - [`evidence`]: The evidence folder: its packs by their manifests, and what they say of each month.
//! - [`lake`]: The lake: the tables of many packs in one folder, for engines that read them together.
//! - [`sample`]: Samples for auditors: drawn by a seed, so that anybody can draw them again.
//! - [`cli`]: The command line: the only file that knows clap.
//! - [`progress`]: Messages on standard error during work; results go to standard output.
//! - [`run`]: Orchestration: each command is a straight line of calls to the stages.
//!
//! What holds everywhere:
//!
//! - **The network is one command, the audit another.** Only `retool` and `collect` reach Retool,
//!   `outbound` the services that are told of finished evidence, and `stores` what keeps it; what
//!   follows is a pure function of a stored snapshot, the configuration and the roster, and gives
//!   the same bytes for the same input.
//! - **Retool gets nothing but GET.** The client has no way to send anything else; grants on single
//!   objects, which Retool lists by POST too, are read from the access lists that it gives by GET.
//!   What is sent goes to other services, which the configuration names.
//! - **The clock is read in `run`, once.** Ages and dates count from the snapshot's own time.
//! - **Absence is not a pass.** A field that the server left out is null, a null verdict is
//!   undetermined, a list that was not read is a gap, and a rule that reads it is not evaluable.
//! - **Secrets have no place to go.** Records are typed allow-lists, what else a settings answer
//!   holds leaves keyed fingerprints alone, tokens live in a type that cannot be printed.
//! - **Dataframes end in `report::cells` and `report::findings`**, which read them row by row, so that
//!   no format holds a table. Renderers see cells and words, and cannot disagree.
//! - **Every dependency has one boundary**: the modules that may use it are listed in a test. Order
//!   is never a hash map's, and nothing is half-written.

pub mod files;
pub mod threads;
pub mod lookup;
pub mod menus;
pub mod operator;
pub mod digest;
pub mod input;
pub mod json;
pub mod checksums;
pub mod calendar;
pub mod retention;
pub mod address;
pub mod loopback;
pub mod names;
pub mod signing;
pub mod frameworks;
pub mod config;
pub mod spreadsheet;
pub mod roster;
pub mod baseline;
pub mod logo;
pub mod power;
pub mod snapshot;
pub mod identities;
pub mod approvals;
pub mod review;
pub mod mask;
pub mod secret;
pub mod reach;
pub mod retool;
pub mod outbound;
pub mod stores;
pub mod timestamp;
pub mod collect;
pub mod checkup;
pub mod import;
pub mod stand_in;
pub mod tables;
pub mod parameters;
pub mod subjects;
pub mod rules;
pub mod custom_rules;
pub mod catalogue;
pub mod guardrails;
pub mod audit;
pub mod reperform;
pub mod explain;
pub mod waivers;
pub mod responses;
pub mod record;
pub mod references;
pub mod report;
pub mod pack;
pub mod metrics;
pub mod notify;
pub mod verify;
pub mod evidence;
pub mod lake;
pub mod sample;
pub mod cli;
pub mod progress;
pub mod run;
