//! What groups grant now and granted before, and how long the lists were.

use std::collections::{BTreeMap, BTreeSet};

use super::access::{GroupStandings, Level, both};
use super::changes::{Difference, Log, group_name};
use super::prior::PriorState;
use super::{InstanceContext, TableRows};
use crate::approvals::ApprovedKind;
use crate::snapshot::record::{Group, User};
use crate::tables::dictionary::{continuity, group_change, swing};

/// Adds the groups of one instance, what is counted in it, and the lists that may swing.
pub(super) fn add<'a>(
    rows: &mut TableRows,
    here: &InstanceContext<'a>,
    now: &GroupStandings<'a>,
    before: &PriorState<'a>,
) {
    let groups = GroupRights::of(here, before);
    for (id, both) in &groups.0 {
        add_group(rows, here, id, both);
    }
    let sides = BothStates { here, now, before };
    sides.add_continuity(&mut rows.continuity);
    sides.add_swings(&mut rows.swings, &groups);
}

/// Every group by its id: then, and now.
pub(super) struct GroupRights<'a>(BTreeMap<&'a str, [Option<&'a Group>; 2]>);

impl<'a> GroupRights<'a> {
    pub(super) fn of(here: &InstanceContext<'a>, before: &PriorState<'a>) -> Self {
        let mut res: BTreeMap<&str, [Option<&Group>; 2]> = BTreeMap::new();
        for (side, of) in [before.collected, here.collected].into_iter().enumerate() {
            for it in &of.records.groups {
                res.entry(&it.id.0).or_default()[side] = Some(it);
            }
        }
        Self(res)
    }

    /// What a group grants beside what it granted: same, created, or what changed.
    pub(super) fn since(&self, id: &str) -> String {
        match self.0.get(id) {
            Some([Some(then), Some(now)]) => {
                let what = differences(&compare(then, now));
                if what.is_empty() { "same".to_owned() } else { what.join("; ") }
            }
            _ => "created".to_owned(),
        }
    }
}

/// Each right that differs: what it was, and what it is.
fn differences(rights: &[Right]) -> Vec<String> {
    let differs = rights.iter().filter(|right| right.values[0] != right.values[1]);
    let words = differs.map(|it| {
        let [then, now] = it.values.clone().map(|it| it.unwrap_or_else(|| "unknown".to_owned()));
        format!("{} {then} to {now}", it.name)
    });
    words.collect()
}

fn add_group(
    rows: &mut TableRows,
    here: &InstanceContext<'_>,
    id: &str,
    both: &[Option<&Group>; 2],
) {
    let name = group_name(both[1].or(both[0]).expect("a group is there or was"));
    let mut log = Log { rows: &mut rows.changes, here };
    let mut what = Vec::new();
    let (change, changed, raised) = match both {
        [Some(then), Some(now)] => {
            let rights = compare(then, now);
            what = differences(&rights);
            for it in rights.iter().filter(|right| right.values[0] != right.values[1]) {
                let values = it.values.clone();
                let subject = ("group", id, name);
                log.push(Difference { subject, change: "changed", what: it.name.clone(), values });
            }
            verdict(&rights)
        }
        [None, Some(it)] => {
            log.whole(("group", id, name), true, "group");
            let rights = compare(&Group::default(), it);
            ("created", Some(true), super::access::any(rights.iter().map(Right::grants)))
        }
        _ => {
            log.whole(("group", id, name), false, "group");
            ("deleted", Some(true), Some(false))
        }
    };
    rows.group_changes.push(group_change::Row {
        instance: here.name().into(),
        group_id: id.into(),
        name: name.into(),
        change: change.into(),
        what: what.join("; ").into(),
        changed,
        raised,
        approved: here.approves(ApprovedKind::Rights, &[id, name]),
    });
}

/// One thing that a group may grant: how it was, and how it is.
struct Right {
    name: String,
    values: [Option<String>; 2],
    ranks: [Option<u8>; 2],
}

impl Right {
    fn changed(&self) -> Option<bool> {
        let [then, now] = &self.values;
        Some(then.as_ref()? != now.as_ref()?)
    }

    fn raised(&self) -> Option<bool> {
        Some(self.ranks[1]? > self.ranks[0]?)
    }

    /// Whether it grants anything now.
    fn grants(&self) -> Option<bool> {
        self.ranks[1].map(|it| it > 0)
    }
}

fn verdict(rights: &[Right]) -> (&'static str, Option<bool>, Option<bool>) {
    let changed = super::access::any(rights.iter().map(Right::changed));
    let raised = super::access::any(rights.iter().map(Right::raised));
    let word = match changed {
        Some(true) => "changed",
        Some(false) => "same",
        None => "unknown",
    };
    (word, changed, raised)
}

fn compare(then: &Group, now: &Group) -> Vec<Right> {
    type RightWords = fn(&Group) -> Option<&String>;
    type Flags = fn(&Group) -> Option<bool>;
    let levels: [(&str, RightWords); 4] = [
        ("app_access", |it| it.universal_app_access.as_ref()),
        ("resource_access", |it| it.universal_resource_access.as_ref()),
        ("workflow_access", |it| it.universal_workflow_access.as_ref()),
        ("query_library_access", |it| it.universal_query_library_access.as_ref()),
    ];
    let flags: [(&str, Flags); 6] = [
        ("user_list_access", |it| it.user_list_access),
        ("audit_log_access", |it| it.audit_log_access),
        ("unpublished_release_access", |it| it.unpublished_release_access),
        ("usage_analytics_access", |it| it.usage_analytics_access),
        ("theme_access", |it| it.theme_access),
        ("account_details_access", |it| it.account_details_access),
    ];
    let level =
        |(name, of): (&'static str, RightWords)| level(name.to_owned(), [then, now].map(of));
    let flag = |(name, of): (&'static str, Flags)| {
        let flags = [then, now].map(of);
        let word = |it: bool| if it { "yes" } else { "no" }.to_owned();
        Right {
            name: name.to_owned(),
            values: flags.map(|flag| flag.map(word)),
            ranks: flags.map(|flag| flag.map(u8::from)),
        }
    };
    let rights = levels.into_iter().map(level).chain(flags.into_iter().map(flag));
    rights.chain(newer_levels(then, now)).collect()
}

/// Levels on kinds that older servers say nothing about: one that appears as none was none.
fn newer_levels(then: &Group, now: &Group) -> Vec<Right> {
    let agents = [then, now].map(|it| it.universal_agent_access.value());
    let kinds: BTreeSet<&String> =
        then.other_access.keys().chain(now.other_access.keys()).collect();
    let others = kinds.into_iter().map(|kind| {
        let of = |group: &'_ Group| group.other_access.get(kind).and_then(Option::as_ref).cloned();
        (format!("{kind}_access"), [of(then), of(now)])
    });
    let agents = ("agent_access".to_owned(), agents.map(Option::<&String>::cloned));
    let there = |values: &[Option<String>; 2]| values.iter().any(Option::is_some);
    let all = [agents].into_iter().chain(others).filter(|it| there(&it.1));
    all.map(|(name, mut values)| {
        if values[0].is_none() && values[1].as_deref() == Some("none") {
            let [then, now] = &mut values;
            then.clone_from(now);
        }
        level(name, values.each_ref().map(Option::as_ref))
    })
    .collect()
}

fn level(name: String, words: [Option<&String>; 2]) -> Right {
    let rank = |it: &String| Level::parse(it).map(|it| it as u8);
    Right {
        name,
        values: words.map(|word| word.cloned()),
        ranks: words.map(|word| word.and_then(rank)),
    }
}

/// How many of a class came and went, and how many there are.
pub(super) fn counted<'a, T: Ord>(
    instance: &'a str,
    class: &'static str,
    [then, now]: &[Option<BTreeSet<T>>; 2],
) -> continuity::Row<'a> {
    let count = |it: usize| i64::try_from(it).expect("a count");
    let both = then.as_ref().zip(now.as_ref());
    continuity::Row {
        instance: instance.into(),
        class: class.into(),
        opening: then.as_ref().map(|it| count(it.len())),
        added: both.map(|(then, now)| count(now.difference(then).count())),
        removed: both.map(|(then, now)| count(then.difference(now).count())),
        closing: now.as_ref().map(|it| count(it.len())),
    }
}

/// Both states of an instance.
struct BothStates<'a, 'b> {
    here: &'a InstanceContext<'b>,
    now: &'a GroupStandings<'b>,
    before: &'a PriorState<'b>,
}

/// Ids of a class at both times; unknown where a record leaves its class open.
type Counted<'a> = [Option<BTreeSet<(&'a str, &'a str)>>; 2];

impl<'b> BothStates<'_, 'b> {
    fn add_continuity(&self, rows: &mut continuity::Rows) {
        for (class, sides) in self.classes() {
            rows.push(counted(self.here.name(), class, &sides));
        }
    }

    fn classes(&self) -> Vec<(&'static str, Counted<'b>)> {
        let users = |of: &dyn Fn(usize, &User, &GroupStandings<'b>) -> Option<bool>| {
            let sides = [
                (&self.before.collected.records, &self.before.standings),
                (&self.here.collected.records, self.now),
            ];
            sides.map(|(records, standings)| {
                let users = records.users.iter().enumerate();
                let placed = users.map(|(at, it)| Some((of(at, it, standings)?, &*it.id.0)));
                let placed = placed.collect::<Option<Vec<_>>>()?;
                Some(placed.into_iter().filter(|it| it.0).map(|it| (it.1, "")).collect())
            })
        };
        let groups = [self.before.collected, self.here.collected]
            .map(|it| Some(it.records.groups.iter().map(|group| (&*group.id.0, "")).collect()));
        vec![
            ("accounts", users(&|_, _, _| Some(true))),
            ("active accounts", users(&|_, it, _| it.active)),
            ("disabled accounts", users(&|_, it, _| it.active.map(|active| !active))),
            ("active administrators", users(&|at, it, of| both(it.active, of.administers(at, it)))),
            ("groups", groups),
            ("memberships", self.memberships()),
        ]
    }

    /// Members by group; those of All Users are not counted.
    fn memberships(&self) -> Counted<'b> {
        [(self.before.collected, &self.before.standings), (self.here.collected, self.now)].map(
            |(collected, standings)| {
                let groups = collected.records.groups.iter().zip(&standings.groups);
                let explicit = groups.filter(|group| !group.1.everyone);
                let pairs = explicit.flat_map(|(group, _)| {
                    let members = group.members.iter().flatten();
                    members.map(|member| (&*group.id.0, &*member.id.0))
                });
                standings.complete().then(|| pairs.collect())
            },
        )
    }

    fn add_swings(&self, rows: &mut swing::Rows, groups: &GroupRights<'_>) {
        let mut push = |id: &str, label: &str, (kind, lengths): (&str, [Option<usize>; 2])| {
            let [before, after] =
                lengths.map(|length| length.map(|it| i64::try_from(it).expect("a count")));
            rows.push(swing::Row {
                instance: self.here.name().into(),
                population_id: id.into(),
                label: label.into(),
                kind: kind.into(),
                before,
                after,
            });
        };
        let users = [self.before.collected, self.here.collected];
        push(
            "users",
            "the list of users",
            ("users", users.map(|user| Some(user.records.users.len()))),
        );
        let memberships = self.memberships().map(|it| it.map(|it| it.len()));
        push("memberships", "the members of all groups", ("memberships", memberships));
        for (id, both) in &groups.0 {
            let [Some(then), Some(now)] = both else { continue };
            if group_name(now).eq_ignore_ascii_case("all users") {
                continue;
            }
            let lengths = [then, now].map(|it| it.members.as_ref().map(Vec::len));
            push(
                &format!("group {id}"),
                &format!("the members of {}", group_name(now)),
                ("group", lengths),
            );
        }
    }
}
