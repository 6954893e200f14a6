//! Rules that users write: TOML, with a population and an exception in SQL.
//!
//! A file becomes the same [`Rule`] as a built-in one, or a list of everything that is wrong with
//! it. `file` reads TOML and knows places, `draft` knows what a rule must say, `sql` allows the SQL
//! that keeps unknown apart from fine, and `engine` runs it.

mod draft;
mod engine;
mod file;
mod sql;

use std::path::{Path, PathBuf};
use std::{fs, io};

use self::draft::RuleDraft;
use self::file::{PlacedString, RuleFile};
use self::sql::{Checker, Condition, Population};
pub use self::sql::{FUNCTIONS, columns, readable};
use crate::config::RuleSettings;
use crate::config::problem::Problems;
use crate::files;
use crate::parameters::{Parameter, Parameters};
use crate::rules::{CustomRuleSql, Escalation, Rule, RuleKind, WrittenSql};
use crate::tables::{Table, View};

/// A rule that users wrote.
#[derive(Clone, Debug)]
pub struct CustomRule {
    /// The rule.
    pub rule: &'static Rule,
    /// The file's name without its folder.
    pub file: String,
    /// The file's text; a copy goes into the evidence pack.
    pub text: String,
    /// Where the file names the rule's code and its name.
    pub places: [String; 2],
}

/// Why rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder or a file cannot be read.
    #[error("cannot read the rules in `{}`", path.display())]
    Read {
        /// The folder or file as it was named.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The folder has no rule.
    #[error("`{}` has no rule: no file in it ends in `.toml`", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// Files can be read and are wrong.
    #[error("{}", print(.0))]
    Problems(Vec<Problems>),
}

/// Every rule in the folder `dir`, in the order of the codes.
///
/// # Errors
///
/// When a file cannot be read, or with everything that is wrong in any of them.
pub fn load(dir: &Path) -> Result<Vec<CustomRule>, Error> {
    let unread = |source| Error::Read { path: dir.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.extension().is_some_and(|it| it == "toml") {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Error::Empty { path: dir.to_owned() });
    }
    paths.sort();
    read(&paths)
}

/// The rules in `paths`, in the order of the codes.
///
/// # Errors
///
/// When a file cannot be read, or with everything that is wrong in any of them.
pub fn read(paths: &[PathBuf]) -> Result<Vec<CustomRule>, Error> {
    let (mut res, mut wrong) = (Vec::new(), Vec::new());
    for path in paths {
        let unread = |source| Error::Read { path: path.clone(), source };
        expect_plain_name(path)?;
        let text = files::read_text(path).map_err(unread)?;
        match parse(&text, &path.display().to_string()) {
            Ok(own) => res.push(own),
            Err(problems) => wrong.push(problems),
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Problems(wrong));
    }
    res.sort_by_key(|it| it.rule.code);
    Ok(res)
}

/// The file's name becomes one in the evidence pack, and a line in its list of checksums.
fn expect_plain_name(path: &Path) -> Result<(), Error> {
    let name = path.file_name().and_then(|it| it.to_str());
    if name.is_some_and(|it| !it.contains(|it: char| it.is_control() || it == '\\')) {
        return Ok(());
    }
    let what = "its name is no text, or holds a control character or a `\\`";
    let path = path.display().to_string().escape_debug().to_string().into();
    Err(Error::Read { path, source: io::Error::new(io::ErrorKind::InvalidInput, what) })
}

/// The rule that `text` states; `file` names it in messages.
///
/// # Errors
///
/// Everything that is wrong in it.
pub fn parse(text: &str, file: &str) -> Result<CustomRule, Problems> {
    let wrong = |list| Problems { file: file.to_owned(), list };
    let page = RuleFile::read(text).map_err(|it| wrong(vec![it]))?;
    let draft = RuleDraft::read(&page);
    let places = [draft.code, draft.name].map(|it| it.place.to_string());
    let rule = compile(draft, &page);
    match (rule, page.into_problems()) {
        (Some(rule), list) if list.is_empty() => {
            let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy();
            Ok(CustomRule { rule, file: name.into_owned(), text: text.to_owned(), places })
        }
        (_, list) => Err(wrong(list)),
    }
}

/// The draft as a rule, if its SQL is sound.
fn compile(draft: RuleDraft, page: &RuleFile<'_>) -> Option<&'static Rule> {
    let params: &'static [&'static Parameter] =
        draft.params.iter().map(|param| param.0).collect::<Vec<_>>().leak();
    let mut checker = Checker::new(params);
    let population = checker.population(draft.population.value);
    take_notes(page, &mut checker, draft.population);
    let columns = match &population {
        Ok(it) => &it.columns,
        Err(Some(columns)) => columns,
        // Without columns, every name in a condition would be wrong.
        Err(None) => return None,
    };
    let mut condition = |text: PlacedString| {
        let res = checker.condition(text.value, columns);
        take_notes(page, &mut checker, text);
        res
    };
    let exception = condition(draft.exception);
    let when = draft.escalation.as_ref().map(|escalation| condition(escalation.when));
    draft.check_use(page, checker.used());
    let population = population.ok()?;
    draft.check_columns(page, &population.columns, &population.reads);
    if !page.is_sound() {
        return None;
    }
    let sql = CheckedSql { params, population, exception: exception?, when: when.flatten() };
    match sql.try_out() {
        Ok(()) => Some(sql.into_rule(draft)),
        Err(what) => {
            page.note(draft.population.place, what, None);
            None
        }
    }
}

fn take_notes(page: &RuleFile<'_>, checker: &mut Checker<'_>, text: PlacedString) {
    for it in checker.take_notes() {
        page.note(text.within(it.at), it.what, it.help);
    }
}

/// The sound SQL of one rule.
struct CheckedSql {
    params: &'static [&'static Parameter],
    population: Population,
    exception: Condition,
    when: Option<Condition>,
}

impl CheckedSql {
    /// Runs everything on empty tables, with the parameters as they are without a configuration.
    fn try_out(&self) -> Result<(), String> {
        let settings = RuleSettings::default();
        let parameters = Parameters::of("", &settings);
        let conditions = [&self.exception].into_iter().chain(&self.when);
        let conditions: Vec<String> =
            conditions.map(|condition| condition.text(self.params, parameters)).collect();
        let population = self.population.steps(self.params, parameters);
        engine::try_out(&self.population.reads, &population, &conditions)
    }

    /// The rule, which is held for as long as the program runs, as the built-in ones are.
    fn into_rule(self, draft: RuleDraft) -> &'static Rule {
        let Self { params, population, exception, when } = self;
        let reads: &'static [Table] = population.reads.clone().leak();
        let filled = filled(params, &population, &exception, when.as_ref());
        let rows: &'static (dyn Fn(&View, Parameters<'_>) -> _ + Sync) =
            Box::leak(Box::new(move |view: &View, parameters: Parameters<'_>| {
                engine::rows(view, reads, &population.steps(params, parameters))
            }));
        let subjects =
            move |view: &View, parameters: Parameters<'_>| engine::lazily(rows(view, parameters));
        let exception = move |parameters: Parameters<'_>| {
            engine::expression(&exception.text(params, parameters))
        };
        let raised = draft.escalation.as_ref().map_or("", |it| it.when.value);
        let written = [draft.population.value, draft.exception.value, raised];
        let escalation = draft.escalation.zip(when).map(|(it, when)| Escalation {
            to: it.to,
            words: it.words.value,
            when: Box::leak(Box::new(move |parameters: Parameters<'_>| {
                engine::expression(&when.text(params, parameters))
            })),
        });
        Box::leak(Box::new(Rule {
            code: draft.code.value,
            name: draft.name.value,
            title: draft.title.value,
            kind: RuleKind::Control,
            severity: draft.severity,
            escalation,
            predicate: draft.predicate.value,
            risk: draft.risk.value,
            remedy: draft.remedy.value,
            missing: draft.missing.value,
            sentence: draft.sentence.value,
            subject: draft.subject,
            reads,
            params,
            sql: Some(CustomRuleSql {
                written: written.map(str::trim),
                controls: draft.controls,
                filled,
                rows,
            }),
            subjects: Box::leak(Box::new(subjects)),
            population: &|_| engine::member(),
            exception: Box::leak(Box::new(exception)),
        }))
    }
}

/// A rule's SQL, to be had with values for its parameters.
fn filled(
    params: &'static [&'static Parameter],
    population: &Population,
    exception: &Condition,
    when: Option<&Condition>,
) -> &'static (dyn Fn(Parameters<'_>) -> WrittenSql + Sync) {
    let (population, exception) = (population.clone(), exception.clone());
    let when = when.cloned();
    Box::leak(Box::new(move |parameters: Parameters<'_>| WrittenSql {
        population: population.filled(params, parameters),
        exception: exception.filled(params, parameters),
        when: when.as_ref().map(|it| it.filled(params, parameters)),
    }))
}

fn print(all: &[Problems]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
