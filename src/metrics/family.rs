//! Every metric: its name, what it says, and when it is said anew.

/// A metric, all of which are gauges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// The name.
    pub name: &'static str,
    /// What it says, on a line.
    pub help: &'static str,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it speaks of.
    pub speaks: Speaks,
}

/// What a metric speaks of, and so when it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// The last run or report, however it ended.
    OfAttempt,
    /// The last one that left a pack whose evidence is complete.
    OfSuccess,
    /// The newest pack that one left.
    OfPack,
}

pub(super) const ATTEMPT: &str = "retool_audit_last_attempt_timestamp_seconds";
pub(super) const EXIT_CODE: &str = "retool_audit_last_attempt_exit_code";
pub(super) const DURATION: &str = "retool_audit_last_attempt_duration_seconds";
pub(super) const STAGE: &str = "retool_audit_stage_duration_seconds";
pub(super) const NOTICES_FAILED: &str = "retool_audit_last_attempt_notices_failed";
pub(super) const SUCCESS: &str = "retool_audit_last_success_timestamp_seconds";
pub(super) const INFO: &str = "retool_audit_pack_info";
pub(super) const COLLECTED: &str = "retool_audit_pack_collected_timestamp_seconds";
pub(super) const EXCEPTIONS: &str = "retool_audit_exceptions";
pub(super) const OVERDUE: &str = "retool_audit_overdue_exceptions";
pub(super) const WAIVED: &str = "retool_audit_waived_exceptions";
pub(super) const UNDETERMINED: &str = "retool_audit_undetermined";
pub(super) const ACCOUNTS: &str = "retool_audit_accounts";
pub(super) const STATE: &str = "retool_audit_instance_state";
pub(super) const NEXT_DUE: &str = "retool_audit_next_due_timestamp_seconds";

/// The label of an instance: `instance` is Prometheus' own, for what it scrapes.
pub(super) const INSTANCE: &str = "retool_instance";

const fn family(
    name: &'static str,
    labels: &'static [&'static str],
    speaks: Speaks,
    help: &'static str,
) -> Family {
    Family { name, help, labels, speaks }
}

/// Every metric, in the order of the file.
pub const FAMILIES: &[Family] = &[
    family(ATTEMPT, &[], Speaks::OfAttempt, "When the last run or report ended, however it did."),
    family(EXIT_CODE, &[], Speaks::OfAttempt, "The exit code of the last run or report."),
    family(DURATION, &[], Speaks::OfAttempt, "How long the last run or report took."),
    family(
        STAGE,
        &["stage"],
        Speaks::OfAttempt,
        "How long each stage of the last run or report took, as far as it came.",
    ),
    family(
        NOTICES_FAILED,
        &[],
        Speaks::OfAttempt,
        "Notices of the last run or report that did not arrive.",
    ),
    family(
        SUCCESS,
        &[],
        Speaks::OfSuccess,
        "When the last run or report ended that left a pack whose evidence is complete.",
    ),
    family(
        INFO,
        &["period", "report_id", "version"],
        Speaks::OfPack,
        "The newest pack, and the program that made it; always 1.",
    ),
    family(COLLECTED, &[], Speaks::OfPack, "When the snapshot of the newest pack was collected."),
    family(
        EXCEPTIONS,
        &["severity"],
        Speaks::OfPack,
        "Exceptions in the newest pack that no waiver accepts.",
    ),
    family(OVERDUE, &[], Speaks::OfPack, "Those of them that were overdue at its collection."),
    family(WAIVED, &[], Speaks::OfPack, "Exceptions in the newest pack that a waiver accepts."),
    family(
        UNDETERMINED,
        &[],
        Speaks::OfPack,
        "Tests in the newest pack that the facts do not decide.",
    ),
    family(
        ACCOUNTS,
        &[INSTANCE],
        Speaks::OfPack,
        "Accounts of each instance in the newest pack; none where they are not known.",
    ),
    family(
        STATE,
        &[INSTANCE, "state"],
        Speaks::OfPack,
        "Whether the collection of an instance in the newest pack is in that state.",
    ),
    family(
        NEXT_DUE,
        &["what"],
        Speaks::OfPack,
        "The end of the first day on which a collection, or an exception of the newest pack, is due.",
    ),
];
