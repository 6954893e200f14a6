//! What subjects of waivers mean, and who stands behind them.

use std::collections::{BTreeMap, BTreeSet};

use crate::identities::{AccountMatch, Identities};
use crate::names::fold;
use crate::rules::Subject;
use crate::tables::{Table, Tables};

/// The subjects that waivers speak of, as far as the instances have them.
#[derive(Debug, Default)]
pub(super) struct KnownSubjects {
    /// By kind, instance and id: who is behind it, empty where there is no person.
    there: BTreeMap<SubjectKey, String>,
    /// By kind, instance and what people call it, in one spelling: the ids.
    called: BTreeMap<SubjectKey, BTreeSet<String>>,
}

/// Kind, instance, and an id or a name.
pub(super) type SubjectKey = (&'static str, String, String);

/// What a word of a waiver means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The subject of this id.
    One(String),
    /// One of so many.
    Several(usize),
    /// Nothing that the instance has.
    Nothing,
    /// Whether the instance has it, no list says.
    Untold,
}

impl KnownSubjects {
    /// Looks `wanted` up in the tables.
    pub(super) fn of(tables: &Tables, wanted: &BTreeSet<SubjectKey>) -> Self {
        let mut res = Self::default();
        let spellings: BTreeSet<SubjectKey> =
            wanted.iter().map(|it| (it.0, it.1.clone(), fold(&it.2))).collect();
        for place in PLACES {
            let kind = place.kind.word();
            if !wanted.iter().any(|it| it.0 == kind) {
                continue;
            }
            let columns = ["instance", place.id, place.called, place.behind];
            tables.each_text(place.table, columns, |[instance, id, called, behind]| {
                let key = |it: &str| (kind, instance.to_owned(), it.to_owned());
                if wanted.contains(&key(id)) {
                    res.there.insert(key(id), behind.to_owned());
                }
                let name = key(&fold(called));
                if spellings.contains(&name) {
                    res.there.insert(key(id), behind.to_owned());
                    res.called.entry(name).or_default().insert(id.to_owned());
                }
            });
        }
        res
    }

    /// What a word means; `named` are ids that the rule itself has seen.
    pub(super) fn meaning(
        &self,
        key: &SubjectKey,
        named: &BTreeSet<&str>,
        context: (&Tables, &Identities<'_>),
    ) -> Meaning {
        let (tables, identities) = context;
        if self.there.contains_key(key) || named.contains(key.2.as_str()) {
            return Meaning::One(key.2.clone());
        }
        let called = self.called.get(&(key.0, key.1.clone(), fold(&key.2)));
        if let Some(ids) = called {
            let one = ids.iter().next().filter(|_| ids.len() == 1);
            return one.map_or(Meaning::Several(ids.len()), |it| Meaning::One(it.clone()));
        }
        let account = (key.0 == Subject::User.word()).then(|| identities.account(&key.2, &key.1));
        match account {
            Some(AccountMatch::One(id)) => Meaning::One(id.to_owned()),
            Some(AccountMatch::Several(count)) => Meaning::Several(count),
            Some(AccountMatch::None) | None if lists(tables, key) => Meaning::Nothing,
            Some(AccountMatch::None) | None => Meaning::Untold,
        }
    }

    /// What people call a subject; none where its list does not have it.
    pub(super) fn called(&self, key: &SubjectKey) -> Option<&str> {
        // A token is called otherwise than the one behind it.
        let own_name = key.0 != Subject::Token.word();
        self.there.get(key).map(String::as_str).filter(|it| own_name && !it.is_empty())
    }

    /// What people call the one behind a subject, where there is one: an address, or an id.
    pub(super) fn behind(&self, key: &SubjectKey) -> Option<&str> {
        let person = key.0 != Subject::Group.word();
        self.there.get(key).map(String::as_str).filter(|it| person && !it.is_empty())
    }
}

/// Whether the instance's list of what the key is of was read.
fn lists(tables: &Tables, key: &SubjectKey) -> bool {
    let place = PLACES.iter().find(|it| it.kind.word() == key.0);
    place.is_some_and(|it| tables.gap(&key.1, &[it.table]).is_none())
}

/// Where subjects of a kind are found, and in which columns.
struct SubjectColumns {
    kind: Subject,
    table: Table,
    id: &'static str,
    called: &'static str,
    behind: &'static str,
}

const PLACES: &[SubjectColumns] = &[
    SubjectColumns {
        kind: Subject::User,
        table: Table::Users,
        id: "user_id",
        called: "email",
        behind: "label",
    },
    SubjectColumns {
        kind: Subject::Group,
        table: Table::Groups,
        id: "group_id",
        called: "name",
        behind: "name",
    },
    SubjectColumns {
        kind: Subject::Invite,
        table: Table::Invites,
        id: "invite_id",
        called: "invited_email",
        behind: "invited_email",
    },
    SubjectColumns {
        kind: Subject::Token,
        table: Table::Tokens,
        id: "token_id",
        called: "label",
        behind: "owner",
    },
];

/// Whether `text` looks like `pattern`, where `*` stands for anything and case for nothing.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(tail)
}
