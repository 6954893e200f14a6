//! What a log tells of: each line has the name of one of these.

/// What a line of the log tells of. The names are stable: what watches a log goes by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogEvent {
    /// The reading of an instance begins.
    InstanceStarted,
    /// An answer came.
    AnswerReceived,
    /// A list takes so many calls.
    CallsPlanned,
    /// A list cannot be read.
    ListNotRead,
    /// Something speaks against a list.
    ListDoubtful,
    /// Nothing more is asked of an instance.
    InstanceNotAsked,
    /// The reading of an instance is over.
    InstanceRead,
    /// The PDF shows characters by their numbers.
    GlyphsMissing,
    /// What came out of a run or report.
    RunSummary,
    /// Where its document is.
    DocumentReady,
    /// The evidence is not complete.
    EvidenceIncomplete,
    /// The metrics could not be written.
    MetricsNotWritten,
    /// Somebody was told of the pack.
    NoticesTold,
    /// Somebody could not be told of it.
    NoticeFailed,
    /// The records of earlier packs were fetched from the store.
    EarlierFetched,
    /// A pack is in the store.
    PackStored,
    /// How a run would have ended.
    DemoExit,
    /// A configuration was written.
    ConfigurationWritten,
    /// There is no configuration.
    DefaultsUsed,
    /// A review was opened.
    ReviewOpened,
    /// An instance of a review has no script.
    ScriptLeftOut,
    /// A plan was written.
    PlanWritten,
    /// A record was added to the waivers.
    WaiverAppended,
    /// A sample was drawn.
    SampleDrawn,
    /// A sample lacks months that were removed.
    SampleLacksMonths,
    /// Nothing was removed.
    DryRun,
    /// A command could not be carried out.
    CommandFailed,
}

/// An event as a table has it.
#[derive(Clone, Copy, Debug)]
pub struct EventEntry {
    /// The event.
    pub event: LogEvent,
    /// Its name in the log.
    pub name: &'static str,
    /// Whether somebody should look.
    pub warns: bool,
    /// What else the line has, besides time, level, target and message.
    pub fields: &'static [&'static str],
    /// When it is told.
    pub when: &'static str,
}

impl LogEvent {
    /// The name in the log.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// What the table has of it.
    ///
    /// # Panics
    ///
    /// Panics where the table does not have it, which a test excludes.
    pub fn entry(self) -> &'static EventEntry {
        EVENTS.iter().find(|it| it.event == self).expect("the table has every event")
    }
}

const fn told(
    event: LogEvent,
    name: &'static str,
    fields: &'static [&'static str],
    when: &'static str,
) -> EventEntry {
    EventEntry { event, name, warns: false, fields, when }
}

const fn warned(
    event: LogEvent,
    name: &'static str,
    fields: &'static [&'static str],
    when: &'static str,
) -> EventEntry {
    EventEntry { event, name, warns: true, fields, when }
}

/// Every event, in the order of the documents.
pub const EVENTS: &[EventEntry] = &[
    told(
        LogEvent::InstanceStarted,
        "instance-started",
        &["instance"],
        "The reading of an instance begins.",
    ),
    told(
        LogEvent::AnswerReceived,
        "answer-received",
        &["instance", "endpoint", "pages", "rows"],
        "An answer came; so many of the list, and records in them, so far.",
    ),
    told(
        LogEvent::CallsPlanned,
        "calls-planned",
        &["instance", "endpoint", "calls", "seconds"],
        "A list takes so many calls, and so many seconds at least.",
    ),
    warned(
        LogEvent::ListNotRead,
        "list-not-read",
        &["instance", "endpoint", "outcome", "reason"],
        "A list could not be read; the outcome is one of the ledger's words.",
    ),
    warned(
        LogEvent::ListDoubtful,
        "list-doubtful",
        &["instance", "endpoint", "reason"],
        "A list was read to its end, and something speaks against what came.",
    ),
    warned(
        LogEvent::InstanceNotAsked,
        "instance-not-asked",
        &["instance", "reason"],
        "Nothing more is asked of an instance.",
    ),
    told(
        LogEvent::InstanceRead,
        "instance-read",
        &["instance", "state"],
        "The reading of an instance is over: complete, partial or failed.",
    ),
    told(
        LogEvent::GlyphsMissing,
        "glyphs-missing",
        &[],
        "The PDF shows a character by its number.",
    ),
    told(LogEvent::RunSummary, "run-summary", &[], "What came out, as a terminal shows it."),
    told(LogEvent::DocumentReady, "document-ready", &[], "Where the document to read first is."),
    warned(
        LogEvent::EvidenceIncomplete,
        "evidence-incomplete",
        &[],
        "The pack is there, and its evidence is partial or failed: why.",
    ),
    warned(
        LogEvent::MetricsNotWritten,
        "metrics-not-written",
        &[],
        "The file of `[output] metrics` could not be written.",
    ),
    told(LogEvent::NoticesTold, "notices-told", &[], "Who was told of the pack."),
    warned(
        LogEvent::NoticeFailed,
        "notice-failed",
        &[],
        "A receiver could not be told, or what became of that could not be written down: why.",
    ),
    told(
        LogEvent::EarlierFetched,
        "earlier-fetched",
        &[],
        "What later packs rest on was fetched from the store: how many packs.",
    ),
    told(LogEvent::PackStored, "pack-stored", &[], "A pack is in the store as a whole: where."),
    told(LogEvent::DemoExit, "demo-exit", &[], "With which code `run` would have ended."),
    told(LogEvent::ConfigurationWritten, "configuration-written", &[], "`init` wrote files."),
    told(LogEvent::DefaultsUsed, "defaults-used", &[], "`rules` found no configuration."),
    told(LogEvent::ReviewOpened, "review-opened", &[], "`review open` made a campaign."),
    told(
        LogEvent::ScriptLeftOut,
        "script-left-out",
        &[],
        "`review plan` has no script for an instance that the configuration lacks.",
    ),
    told(LogEvent::PlanWritten, "plan-written", &[], "`review plan` wrote its files."),
    told(LogEvent::WaiverAppended, "waiver-appended", &[], "`waive --write` added a record."),
    told(LogEvent::SampleDrawn, "sample-drawn", &[], "`sample` drew units."),
    warned(
        LogEvent::SampleLacksMonths,
        "sample-lacks-months",
        &[],
        "`sample` draws from a window of which retention removed months.",
    ),
    told(LogEvent::DryRun, "dry-run", &[], "`prune --dry-run` removed nothing."),
    warned(
        LogEvent::CommandFailed,
        "command-failed",
        &["error", "causes", "help"],
        "The last line of a command that could not be carried out: exit code 2, 4, 130 or 143.",
    ),
];
