//! The snapshots before one: which there are, and which each instance is compared with.
//!
//! An instance is compared with the last snapshot of the newest earlier period in which it was
//! complete and that was reported. What was reported lies in a pack: a trial that was not reported
//! is no baseline, and neither is an earlier run of the same period, so that a second one never
//! swallows what the first one reported. Headers are read first, then every pack is held against
//! its own checksums, and whole lists are read only of the snapshots that are compared with. A pack
//! that is not as it was sealed is reported, and an older one takes its place.

mod excerpt;
mod fetched;
mod found;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

pub use self::excerpt::{ExcerptError, HISTORY, TakenFiles};
pub use self::fetched::FetchedPacks;
use super::store::{self, InstanceBrief, SnapshotHeader};
use super::{Collected, Snapshot, State};
use crate::calendar::{Calendar, Month};
use crate::checksums::SealedFolder;
use crate::retention::RetentionRecord;

/// Months that are looked back over, the one that lasts included. One wrong clock long ago must not
/// weigh on every report to come.
pub const MONTHS: i32 = 24;

/// The snapshots before one.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    /// All that were reported and could be read, oldest first, each once.
    pub stored: Vec<EarlierSnapshot>,
    /// Those that were not reported: nothing is compared with them. Oldest first, each once.
    pub unreported: Vec<EarlierSnapshot>,
    /// What lies among them and is not used.
    pub unreadable: Vec<Remark>,
    /// Files in packs that are used which no list of the pack names; they are not read.
    pub strange: Vec<Remark>,
    /// What lies before the months that are looked back over.
    pub older: Older,
    /// What was removed by retention.
    pub removed: RetentionRecord,
    /// Those that instances are compared with, each with these instances alone.
    pub previous: Vec<PreviousSnapshot>,
    /// Whether the user named the one snapshot or pack that is compared with.
    pub is_chosen: bool,
}

/// What lies before the months that are looked back over: counted, and not used otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Older {
    /// How many snapshots there are.
    pub snapshots: usize,
    /// The instances that were complete in one that was reported.
    pub complete: BTreeSet<String>,
}

/// Where to look for what, and how to read it.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// A snapshot, a pack, a folder of them, or a folder of such folders.
    pub root: &'a Path,
    /// Whether the user chose `root`: then a snapshot or a pack that it is itself is what to
    /// compare with, whatever its period, reported or not.
    pub chosen: bool,
    /// Whose days and months count.
    pub calendar: Calendar,
    /// Instances that had another name: that name to today's.
    pub renamed: &'a BTreeMap<String, String>,
    /// What is later than this comes from a clock that was wrong.
    pub now: DateTime<Utc>,
    /// Packs that lie elsewhere, and were fetched as far as anything rests on them.
    pub fetched: Option<&'a FetchedPacks>,
}

/// One earlier snapshot by its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierSnapshot {
    /// The folder below the one that was searched.
    pub name: String,
    /// Where `snapshot.json` lies.
    pub dir: PathBuf,
    /// The pack that it lies in; none where it was not reported.
    pub pack: Option<Pack>,
    /// The period that it belongs to.
    pub period: Month,
    /// Whether something may be compared with it: it is of an earlier period, or the user chose it.
    pub comparable: bool,
    /// What it says of itself, each instance by today's name.
    pub peek: SnapshotHeader,
}

/// The pack of a snapshot, which is what was sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack {
    /// The folder.
    pub dir: PathBuf,
    /// What lies in it.
    pub sealed: SealedFolder,
}

/// Something about earlier evidence that a reader must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The folder below the one that was searched.
    pub name: String,
    /// The period that it belongs to, as far as it says so.
    pub period: Option<Month>,
    /// Why it is of no use, or what lies in it, in a fragment.
    pub why: String,
}

/// An earlier snapshot with the lists of the instances that are compared with it.
#[derive(Clone, Debug)]
pub struct PreviousSnapshot {
    /// What it is known by.
    pub stored: EarlierSnapshot,
    /// These instances alone.
    pub snapshot: Snapshot,
}

/// A snapshot that is newer than the one that an instance is compared with.
#[derive(Clone, Copy, Debug)]
pub struct PassedOver<'a> {
    /// The snapshot.
    pub stored: &'a EarlierSnapshot,
    /// Why nothing is compared with it, in a word or two.
    pub why: &'static str,
}

/// An instance that earlier packs have, and that is not audited any more.
#[derive(Clone, Copy, Debug)]
pub struct Gone<'a> {
    /// Its name in the last pack that has it, and its address there.
    pub brief: &'a InstanceBrief,
    /// The last snapshot that has it.
    pub last: &'a EarlierSnapshot,
}

impl EarlierSnapshot {
    /// When it was collected.
    pub fn collected_at(&self) -> DateTime<Utc> {
        self.peek.header.collected_at
    }

    /// An instance in brief; none where the snapshot does not have it.
    pub fn brief(&self, instance: &str) -> Option<&InstanceBrief> {
        self.peek.instances.iter().find(|it| it.name == instance)
    }

    /// How whole `instance` was in it; none where the snapshot does not have the instance.
    pub fn state(&self, instance: &str) -> Option<State> {
        self.brief(instance).map(|it| it.state)
    }

    /// Reads the `wanted` instances, each by today's name.
    ///
    /// # Errors
    ///
    /// As [`store::read`].
    pub fn read(&self, wanted: impl Fn(&str) -> bool) -> Result<Snapshot, store::Error> {
        let names = self.names(wanted);
        let (mut res, _) = store::read_some(&self.dir, |name| names.contains_key(name))?;
        rename(&mut res.instances, &names);
        Ok(res)
    }

    /// Reads the users and groups of the `wanted` instances, each by today's name.
    ///
    /// # Errors
    ///
    /// As [`store::read`].
    pub fn read_population(
        &self,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<Collected>, store::Error> {
        let names = self.names(wanted);
        let mut res = store::read_population(&self.dir, |name| names.contains_key(name))?;
        rename(&mut res, &names);
        Ok(res)
    }

    /// Today's names of the `wanted` instances, by those that the snapshot has.
    fn names(&self, wanted: impl Fn(&str) -> bool) -> BTreeMap<&str, &str> {
        let those = self.peek.instances.iter().filter(|brief| wanted(&brief.name));
        those.map(|brief| (brief.stored_name.as_str(), brief.name.as_str())).collect()
    }
}

fn rename(instances: &mut [Collected], names: &BTreeMap<&str, &str>) {
    for collected in instances {
        if let Some(name) = names.get(collected.name.as_str()) {
            collected.name = (*name).to_owned();
        }
    }
}

impl Earlier {
    /// Looks for snapshots that were collected before `snapshot`.
    pub fn search(of: &Search<'_>, snapshot: &Snapshot) -> Self {
        let mut res = found::find(of, snapshot);
        res.is_chosen = of.is_one();
        res.settle(of, snapshot);
        res
    }

    /// Puts what was found in order, and reads what the instances are compared with.
    fn settle(&mut self, of: &Search<'_>, snapshot: &Snapshot) {
        let res = self;
        res.stored.sort_by(|one, other| order(one).cmp(&order(other)));
        // One in a pack comes before its equals.
        res.stored.dedup_by(|stored, kept| stored.peek.id == kept.peek.id);
        let period = of.calendar.month(snapshot.collected_at);
        let chosen = res.is_chosen;
        for stored in &mut res.stored {
            stored.comparable = chosen || stored.period < period;
        }
        let all = std::mem::take(&mut res.stored);
        let reported = |stored: &EarlierSnapshot| chosen || stored.pack.is_some();
        (res.stored, res.unreported) = all.into_iter().partition(reported);
        let names: Vec<&str> =
            snapshot.instances.iter().map(|instance| instance.name.as_str()).collect();
        while let Err((at, why)) = res.load(&names) {
            let EarlierSnapshot { name, period, .. } = res.stored.remove(at);
            let why = of.shorten(&why);
            res.unreadable.push(Remark { name, period: Some(period), why });
        }
        res.unreadable.sort_by(|one, other| one.name.cmp(&other.name));
    }

    /// The state that `instance` is compared with, and when that was collected.
    pub fn of(&self, instance: &str) -> Option<(&PreviousSnapshot, &Collected)> {
        self.previous.iter().find_map(|it| {
            let found = it.snapshot.instances.iter().find(|it| it.name == instance);
            found.map(|collected| (it, collected))
        })
    }

    /// Snapshots newer than the one that `instance` is compared with, and why none of them is: of
    /// those of earlier periods the ones in which it was not complete, and all that were not
    /// reported; newest first.
    pub fn passed_over(&self, instance: &str) -> Vec<PassedOver<'_>> {
        let since = self.of(instance).map(|(previous, _)| previous.stored.collected_at());
        let newer =
            |stored: &&EarlierSnapshot| since.is_none_or(|since| stored.collected_at() > since);
        let comparable = self.stored.iter().filter(newer).filter(|stored| stored.comparable);
        let lacking = comparable
            .filter_map(|stored| Some(PassedOver { stored, why: stored.state(instance)?.word() }));
        let unreported = self.unreported.iter().filter(newer);
        let unreported = unreported.filter(|stored| stored.state(instance).is_some());
        let unreported = unreported.map(|stored| PassedOver { stored, why: "never reported" });
        let mut res: Vec<PassedOver<'_>> = lacking.chain(unreported).collect();
        res.sort_by_key(|it| Reverse(it.stored.collected_at()));
        res
    }

    /// The instances that earlier packs have and that are none of `audited`, by name.
    pub fn gone(&self, audited: &[&str]) -> Vec<Gone<'_>> {
        let mut res: BTreeMap<&str, Gone<'_>> = BTreeMap::new();
        for last in &self.stored {
            let gone =
                last.peek.instances.iter().filter(|instance| !audited.contains(&&*instance.name));
            res.extend(gone.map(|brief| (brief.name.as_str(), Gone { brief, last })));
        }
        res.into_values().collect()
    }

    /// For each month, the snapshot that says most about `instance`: the last in which it was
    /// complete, or else the last in which its population was whole.
    pub fn by_month(&self, instance: &str) -> BTreeMap<Month, &EarlierSnapshot> {
        let mut res: BTreeMap<Month, (&EarlierSnapshot, State)> = BTreeMap::new();
        for it in &self.stored {
            let Some(state) = it.state(instance).filter(|it| *it != State::Failed) else {
                continue;
            };
            let best = res.entry(it.period).or_insert((it, state));
            if state <= best.1 {
                *best = (it, state);
            }
        }
        res.into_iter().map(|(month, it)| (month, it.0)).collect()
    }

    /// Reads what the instances are compared with; or which snapshot is in the way, and why.
    fn load(&mut self, instances: &[&str]) -> Result<(), (usize, String)> {
        let mut chosen: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        for name in instances {
            let whole = |earlier_snapshot: &EarlierSnapshot| {
                let brief = earlier_snapshot.brief(name);
                earlier_snapshot.comparable && brief.is_some_and(|brief| brief.comparable)
            };
            if let Some(at) = self.stored.iter().rposition(whole) {
                chosen.entry(at).or_default().insert(name);
            }
        }
        self.previous.clear();
        for (at, names) in chosen {
            let stored = self.stored[at].clone();
            let snapshot = stored.read(|it| names.contains(it));
            let snapshot = snapshot.map_err(|it| (at, it.to_string()))?;
            self.previous.push(PreviousSnapshot { stored, snapshot });
        }
        Ok(())
    }
}

impl Search<'_> {
    /// A report says the same wherever the snapshots lie.
    fn shorten(&self, why: &str) -> String {
        let fetched = self.fetched.map(|it| it.root.as_path());
        let roots = [Some(self.root), fetched].into_iter().flatten();
        roots.fold(why.to_owned(), |why, root| {
            let root = root.display().to_string();
            why.replace(&format!("{}/", root.trim_end_matches('/')), "")
        })
    }

    /// Whether the user chose one snapshot or one pack, not a folder of them.
    fn is_one(&self) -> bool {
        self.chosen && store::place(self.root).is_some()
    }
}

impl EarlierSnapshot {
    /// The rosters that it was judged with, below its pack.
    pub fn roster_files(&self) -> Vec<String> {
        self.pack.as_ref().map(Pack::roster_files).unwrap_or_default()
    }
}

impl Pack {
    /// The rosters that the snapshot was judged with, in their order; none where there were none.
    pub fn rosters(&self) -> Vec<PathBuf> {
        self.roster_files().iter().map(|it| self.dir.join(it)).collect()
    }

    /// The same below the pack.
    fn roster_files(&self) -> Vec<String> {
        let there = |path: &String| self.sealed.sha256(path).is_some();
        let nth = |nth: usize| {
            ["csv", "xlsx"].map(|it| input_path("roster", nth, it)).into_iter().find(there)
        };
        (0..).map_while(nth).collect()
    }
}

/// Where a pack has an input: the one at this place among several of a kind.
pub fn input_path(kind: &str, place: usize, ending: &str) -> String {
    match place {
        0 => format!("inputs/{kind}.{ending}"),
        _ => format!("inputs/{kind}-{}.{ending}", place + 1),
    }
}

/// By time; of the same snapshot the one in a pack first, with its roster, and the last made.
fn order(it: &EarlierSnapshot) -> (DateTime<Utc>, &str, bool, bool, Reverse<&str>, &str) {
    let pack = it.pack.as_ref();
    let no_roster = pack.is_none_or(|pack| pack.rosters().is_empty());
    let rendered_at = Reverse(pack.map_or("", |pack| pack.sealed.rendered_at.as_str()));
    (it.collected_at(), &it.peek.id, pack.is_none(), no_roster, rendered_at, &it.name)
}

#[cfg(test)]
impl EarlierSnapshot {
    /// A snapshot in a pack of an earlier month, as tests make it.
    pub(crate) fn drawn(peek: SnapshotHeader) -> Self {
        let period = Calendar::UTC.month(peek.header.collected_at);
        let (name, dir, pack) = (String::new(), "nowhere".into(), Some(Pack::default()));
        Self { name, dir, pack, period, comparable: true, peek }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::fs;

    use super::*;
    use crate::checksums;
    use crate::files;
    use crate::snapshot::ledger::{Endpoint, LedgerRow, ReadOutcome};

    /// A snapshot of a day, with instances and whether each is complete.
    fn snapshot(day: &str, instances: &[(&str, bool)]) -> Snapshot {
        let at: DateTime<Utc> = format!("{day}T06:00:00Z").parse().unwrap();
        let row = |endpoint: Endpoint, whole: bool| match endpoint {
            Endpoint::Users if !whole => LedgerRow::drawn(endpoint, ReadOutcome::Network, at),
            Endpoint::Users | Endpoint::Groups => LedgerRow::drawn(endpoint, ReadOutcome::Ok, at),
            _ => LedgerRow::drawn(endpoint, ReadOutcome::NotConfigured, at),
        };
        let collected = |(name, whole): &(&str, bool)| {
            let ledger = Endpoint::ALL.iter().map(|it| row(*it, *whole)).collect();
            let (name, url) = ((*name).to_owned(), "https://acme.test".to_owned());
            Collected { name, url, ledger, ..Collected::default() }
        };
        let instances = instances.iter().map(collected).collect();
        Snapshot {
            collected_at: at,
            finished_at: at,
            collector: "test".to_owned(),
            operator: None,
            instances,
        }
    }

    fn picture(it: &Earlier, names: &[&str]) -> String {
        let mut res = String::new();
        for name in names {
            let of = it.of(name).map_or("nothing", |it| &it.0.stored.name);
            let over = it.passed_over(name);
            let over: Vec<_> =
                over.iter().map(|it| format!("{} ({})", it.stored.name, it.why)).collect();
            writeln!(res, "{name}: {of}, passed over {over:?}").unwrap();
        }
        for it in it.gone(names) {
            let (name, last) = (&it.brief.name, &it.last.name);
            writeln!(res, "{name} is gone since {last}").unwrap();
        }
        for it in &it.unreadable {
            writeln!(res, "{}: {}", it.name, it.why).unwrap();
        }
        res
    }

    /// A folder of snapshots.
    struct Shelf(tempfile::TempDir);

    impl Shelf {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        /// Puts a snapshot where it was not reported.
        fn put(&self, below: &str, it: &Snapshot) {
            let dir = self.0.path().join(below);
            files::make_folder(dir.parent().unwrap()).unwrap();
            store::write(it, &dir).unwrap();
        }

        /// Puts it into a pack.
        fn report(&self, below: &str, it: &Snapshot) {
            self.put(&format!("{below}/snapshot"), it);
            let dir = self.0.path().join(below);
            let id = store::peek(&dir.join("snapshot")).unwrap().id;
            checksums::seal(&dir, &id, "2026-12-31T00:00:00Z").unwrap();
        }

        /// What is found below a folder before `now`, whose instances had other names.
        fn search(&self, below: &str, now: &Snapshot, renamed: &[(&str, &str)]) -> Earlier {
            let renamed = renamed.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
            let (root, chosen) = (&self.0.path().join(below), !below.is_empty());
            let later = "2026-12-31T00:00:00Z".parse().unwrap();
            let search = Search {
                root,
                chosen,
                calendar: Calendar::UTC,
                renamed: &renamed,
                now: later,
                fetched: None,
            };
            Earlier::search(&search, now)
        }
    }

    #[test]
    fn each_instance_has_the_newest_complete_one_before() {
        let shelf = Shelf::new();
        let whole = [("eu", true), ("us", true)];
        shelf.report("2026-08/a", &snapshot("2026-08-01", &whole));
        shelf.report("2026-09/b", &snapshot("2026-09-01", &whole));
        shelf.report("2026-10/c", &snapshot("2026-10-01", &[("eu", true), ("us", false)]));
        shelf.report("2026-11/now", &snapshot("2026-11-01", &whole));
        shelf.report("2026-12/later", &snapshot("2026-12-01", &whole));
        shelf.report("2026-10/.d.unfinished", &snapshot("2026-10-20", &whole));
        fs::create_dir_all(shelf.0.path().join("2026-07/lost/snapshot")).unwrap();
        let names = ["eu", "us", "new"];
        let now = snapshot("2026-11-01", &names.map(|name| (name, true)));
        let search = |below| picture(&shelf.search(below, &now, &[]), &names);
        insta::assert_snapshot!(search(""), @r#"
        eu: 2026-10/c, passed over []
        us: 2026-09/b, passed over ["2026-10/c (failed)"]
        new: nothing, passed over []
        2026-07/lost: `snapshot/snapshot.json` is missing
        "#);

        let list = shelf.0.path().join("2026-09/b/snapshot/us/users.jsonl.zst");
        fs::write(list, "no list").unwrap();
        fs::write(shelf.0.path().join("2026-10/c/snapshot/snapshot.json"), "{}").unwrap();
        insta::assert_snapshot!(search(""), @"
        eu: 2026-08/a, passed over []
        us: 2026-08/a, passed over []
        new: nothing, passed over []
        2026-07/lost: `snapshot/snapshot.json` is missing
        2026-09/b: `snapshot/us/users.jsonl.zst` was changed: its length is not what `SHA256SUMS` and `manifest.json` say
        2026-10/c: line 1 of `2026-10/c/snapshot/snapshot.json` is not what a snapshot holds there
        ");
        insta::assert_snapshot!(search("2026-08/a"), @"
        eu: ., passed over []
        us: ., passed over []
        new: nothing, passed over []
        ");
        let none = shelf.search("nowhere", &now, &[]);
        assert!(none.stored.is_empty() && none.unreadable.is_empty());
    }

    #[test]
    fn only_what_was_reported_in_an_earlier_month_is_a_baseline() {
        let shelf = Shelf::new();
        let whole = [("eu", true)];
        shelf.put("snapshots/trial", &snapshot("2026-09-20", &whole));
        shelf.put("snapshots/again", &snapshot("2026-11-01", &whole));
        shelf.report("2026-11/first", &snapshot("2026-11-02", &whole));
        let names = ["eu"];
        let now = snapshot("2026-11-03", &whole);
        let search = |below| picture(&shelf.search(below, &now, &[]), &names);
        insta::assert_snapshot!(search(""), @r#"eu: nothing, passed over ["snapshots/again (never reported)", "snapshots/trial (never reported)"]"#);
        // Whoever names one wants it.
        insta::assert_snapshot!(search("snapshots/again"), @"eu: ., passed over []");
        insta::assert_snapshot!(search("2026-11/first"), @"eu: ., passed over []");
        insta::assert_snapshot!(search("snapshots"), @r#"eu: nothing, passed over ["again (never reported)", "trial (never reported)"]"#);

        shelf.report("2026-10/old", &snapshot("2026-10-02", &whole));
        shelf.report("2026-10/last", &snapshot("2026-10-30", &whole));
        insta::assert_snapshot!(search(""), @r#"eu: 2026-10/last, passed over ["snapshots/again (never reported)"]"#);
    }

    #[test]
    fn an_instance_may_have_had_another_name() {
        let shelf = Shelf::new();
        shelf.report("2026-09/a", &snapshot("2026-09-01", &[("old", true), ("eu", true)]));
        shelf.report("2026-10/b", &snapshot("2026-10-01", &[("eu", true), ("us", true)]));
        let names = ["europe", "us"];
        let now = snapshot("2026-11-03", &names.map(|name| (name, true)));
        let search = |renamed: &[_]| picture(&shelf.search("", &now, renamed), &names);
        insta::assert_snapshot!(search(&[]), @"
        europe: nothing, passed over []
        us: 2026-10/b, passed over []
        eu is gone since 2026-10/b
        old is gone since 2026-09/a
        ");
        insta::assert_snapshot!(search(&[("eu", "europe")]), @"
        europe: 2026-10/b, passed over []
        us: 2026-10/b, passed over []
        old is gone since 2026-09/a
        ");
        let both = [("eu", "europe"), ("old", "europe")];
        insta::assert_snapshot!(search(&both), @"
        europe: 2026-10/b, passed over []
        us: 2026-10/b, passed over []
        eu is gone since 2026-09/a
        ");
        let found = shelf.search("", &now, &both);
        let read = found.stored[0].read(|name| name == "europe").unwrap();
        assert_eq!(read.instances.len(), 1);
        assert_eq!(read.instances[0].name, "europe");
    }
}
