//! Who is whom: people by any address, alias or id, and their accounts.
//!
//! Approvals and waivers ask the same questions: whether a word names a person at all, which
//! account it means, and whether two words may mean one person. They are answered here alone.
//!
//! Who a person is follows from whole addresses. Whether two may be one person is asked with more
//! doubt, because no person may approve for themselves: there, a tag after a plus sign, the width
//! of letters and letters that look alike do not distinguish two people.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::address;
use crate::names::{fold, folded};
use crate::roster::{AliasTable, Match, Person, Roster};
use crate::snapshot::record::{AccessToken, User};
use crate::snapshot::{Collected, Snapshot};

/// Every person whom the roster or the snapshot knows.
#[derive(Debug)]
pub struct Identities<'a> {
    roster: Option<&'a Roster>,
    instances: &'a [Collected],
    /// What names each account, in one spelling: flat and sorted, because there are many.
    accounts: Vec<(Cow<'a, str>, AccountRef)>,
    /// By the roster's own id, in one spelling: people.
    people: BTreeMap<String, Vec<&'a Person>>,
    /// Today's names of instances by earlier ones.
    renamed: BTreeMap<String, String>,
    /// The accounts and people whose addresses are written otherwise than their likeness.
    odd_accounts: BTreeMap<String, Vec<AccountRef>>,
    odd_people: BTreeMap<String, Vec<&'a Person>>,
    /// Whom words may mean that were asked before: files name the same few people again and again.
    asked: RefCell<BTreeMap<LookupKey, Rc<Identity>>>,
    /// The same by the number of a person: a person may have very many addresses.
    whole: RefCell<BTreeMap<u64, Rc<Identity>>>,
}

/// A word in one spelling, and the instance on which it is looked up.
type LookupKey = (String, Option<String>);

/// An account: the place of its instance, and its own in the list of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct AccountRef {
    instance: usize,
    user: usize,
}

/// Whom a word may mean; empty where nothing of it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    addresses: BTreeSet<String>,
    /// The numbers of people in the roster.
    people: BTreeSet<u64>,
    accounts: BTreeSet<AccountRef>,
    /// What all whom it may be go by.
    likenesses: BTreeSet<String>,
}

/// Which account of an instance a word means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountMatch<'a> {
    /// This one, by Retool's id.
    One(&'a str),
    /// One of several; which is not known.
    Several(usize),
    /// None of them.
    None,
}

impl<'a> Identities<'a> {
    /// From the accounts of every instance and the people of the roster.
    pub fn of(snapshot: &'a Snapshot, roster: Option<&'a Roster>) -> Self {
        let instances = &snapshot.instances;
        let mut accounts = Vec::new();
        for (instance, collected) in instances.iter().enumerate() {
            for (user, record) in collected.records.users.iter().enumerate() {
                let names = names(record).map(folded).filter(|name| !name.is_empty());
                accounts.extend(names.map(|name| (name, AccountRef { instance, user })));
            }
        }
        accounts.sort_unstable();
        accounts.dedup();
        let mut people: BTreeMap<String, Vec<&Person>> = BTreeMap::new();
        let mut odd_people: BTreeMap<String, Vec<&Person>> = BTreeMap::new();
        for it in roster.iter().flat_map(|it| &it.people) {
            if let Some(id) = &it.person_id {
                people.entry(address::written(id)).or_default().push(it);
            }
            for likeness in it.emails.iter().filter_map(|email| odd(email)) {
                odd_people.entry(likeness).or_default().push(it);
            }
        }
        let odd_accounts = odd_accounts(&accounts);
        let (asked, whole) = (RefCell::default(), RefCell::default());
        let renamed = BTreeMap::new();
        Self {
            roster,
            instances,
            accounts,
            people,
            renamed,
            odd_accounts,
            odd_people,
            asked,
            whole,
        }
    }

    /// The tables of further addresses of people.
    pub fn alias_tables(&self) -> &[AliasTable] {
        self.roster.map_or(&[], |it| &it.alias_tables)
    }

    /// The same with the names that instances had before, in one spelling, each with today's.
    #[must_use]
    pub fn renamed(self, renamed: BTreeMap<String, String>) -> Self {
        Self { renamed, ..self }
    }

    /// Whom `word` may mean: an address, an alias, the roster's id of a person, or the id of an
    /// account, `user:` before it or not; ids of accounts are looked up on `instance` alone where
    /// it is given.
    pub fn whom(&self, word: &str, instance: Option<&str>) -> Rc<Identity> {
        let asked = (bare(word), instance.map(fold));
        if let Some(known) = self.asked.borrow().get(&asked) {
            return Rc::clone(known);
        }
        let one = self.one_person(&asked.0).map(|it| it.number);
        let known = one.and_then(|number| self.whole.borrow().get(&number).cloned());
        let res = known.unwrap_or_else(|| Rc::new(self.find(&asked.0, asked.1.as_deref())));
        if let Some(number) = one {
            self.whole.borrow_mut().insert(number, Rc::clone(&res));
        }
        self.asked.borrow_mut().insert(asked, Rc::clone(&res));
        res
    }

    /// The one person whose address the word is, if it is no other person's: whichever of such
    /// addresses is asked for, whom it may mean is the same.
    fn one_person(&self, word: &str) -> Option<&'a Person> {
        if !address::is_one(word) {
            return None;
        }
        let mut emails = self.places(word, None).map(|it| self.user(it).email.as_deref());
        let [person] = self.people_of([&word.to_owned()])[..] else { return None };
        let own = person.emails.iter().any(|email| **email == *word);
        (own && emails.all(|email| email.is_some_and(|it| fold(it) == word))).then_some(person)
    }

    fn find(&self, word: &str, instance: Option<&str>) -> Identity {
        let mut res = Identity::default();
        let is_address = address::is_one;
        if is_address(word) {
            res.addresses.insert(word.to_owned());
        } else {
            for it in self.people.get(word).into_iter().flatten() {
                res.people.insert(it.number);
                res.addresses.extend(it.emails.iter().map(|email| fold(email)));
            }
        }
        let own = self.places(word, instance.filter(|_| !is_address(word)));
        res.addresses.extend(own.filter_map(|it| self.user(it).email.as_deref()).map(fold));
        for it in self.people_of(res.addresses.iter()) {
            res.people.insert(it.number);
            res.addresses.extend(it.emails.iter().map(|email| fold(email)));
        }
        // An account without an address is known by its id alone.
        res.accounts.extend(self.places(word, instance.filter(|_| !is_address(word))));
        let named = res.addresses.iter().flat_map(|address| self.places(address, None));
        res.accounts.extend(named.collect::<Vec<_>>());
        res.likenesses = self.likenesses(&res);
        res
    }

    /// The likenesses of every address of all people whom `who` may be: from each address to the
    /// people with one that looks like it, and to all addresses of these.
    fn likenesses(&self, who: &Identity) -> BTreeSet<String> {
        let emails = |account_ref: AccountRef| self.user(account_ref).email.as_deref();
        let mut open: Vec<String> =
            who.addresses.iter().map(|address| address::likeness(address)).collect();
        open.extend(
            who.accounts.iter().filter_map(|account| emails(*account)).map(address::likeness),
        );
        let (mut res, mut seen) = (BTreeSet::new(), BTreeSet::new());
        while let Some(it) = open.pop() {
            if !address::is_one(&it) || res.contains(&it) {
                continue;
            }
            let odd = self.odd_accounts.get(&it).into_iter().flatten().copied();
            let accounts: Vec<AccountRef> = self.places(&it, None).chain(odd).collect();
            open.extend(accounts.into_iter().filter_map(emails).map(address::likeness));
            let odd = self.odd_people.get(&it).into_iter().flatten().copied();
            for person in self.people_of([&it]).into_iter().chain(odd) {
                // Who has many addresses is looked at once.
                if seen.insert(person.number) {
                    open.extend(person.emails.iter().map(|email| address::likeness(email)));
                }
            }
            res.insert(it);
        }
        res
    }

    /// Which account of `instance` a word means: by its id, its address, or as the one account of
    /// a person whom the roster knows under that word.
    pub fn account(&self, word: &str, instance: &str) -> AccountMatch<'a> {
        let word = bare(word);
        let by_id = |account_ref: &AccountRef| fold(&self.user(*account_ref).id.0) == word;
        let exact: BTreeSet<AccountRef> = self.places(&word, Some(instance)).collect();
        let by_id: Vec<AccountRef> = exact.iter().copied().filter(by_id).collect();
        let found: Vec<AccountRef> = match (by_id.is_empty(), exact.is_empty()) {
            (false, _) => by_id,
            (true, false) => exact.into_iter().collect(),
            (true, true) => {
                let whole = self.whom(&word, None);
                let whole = whole.accounts.iter().copied();
                whole.filter(|it| self.is_on(*it, instance)).collect()
            }
        };
        match found[..] {
            [] => AccountMatch::None,
            [one] => AccountMatch::One(&self.instances[one.instance].records.users[one.user].id.0),
            _ => AccountMatch::Several(found.len()),
        }
    }

    /// Today's name of the instance that `word` means, by that or by an earlier one.
    pub fn instance(&self, word: &str) -> Option<&'a str> {
        let word = fold(word);
        let named = |word: &str| self.instances().find(|it| fold(it) == word);
        named(&word).or_else(|| named(&fold(self.renamed.get(&word)?)))
    }

    /// The names of the instances.
    pub fn instances(&self) -> impl Iterator<Item = &'a str> {
        self.instances.iter().map(|instance| instance.name.as_str())
    }

    /// The tokens of `instance` that `word` means: the one of this id, or else all of this name.
    pub fn tokens(&self, word: &str, instance: &str) -> Vec<&'a AccessToken> {
        let collected = self.instances.iter().find(|it| fold(&it.name) == fold(instance));
        let all = || collected.into_iter().flat_map(|it| &it.records.access_tokens);
        let word = fold(word);
        let by_id: Vec<_> = all().filter(|it| fold(&it.id.0) == word).collect();
        if !by_id.is_empty() {
            return by_id;
        }
        all().filter(|it| it.label.as_deref().is_some_and(|label| fold(label) == word)).collect()
    }

    /// Whether the roster or an instance knows a person under the word.
    pub fn knows(&self, who: &Identity) -> bool {
        !who.people.is_empty() || !who.accounts.is_empty()
    }

    /// Whether the roster has a person by the word.
    pub fn lists(&self, who: &Identity) -> bool {
        !who.people.is_empty()
    }

    /// The address of a known person, where `word` looks like it and has letters of another
    /// alphabet in it.
    pub fn looks_like(&self, word: &str) -> Option<String> {
        let address = address::latin(&bare(word))?;
        let known =
            self.places(&address, None).next().is_some() || !self.people_of([&address]).is_empty();
        known.then_some(address)
    }

    /// Whether there is a roster, so that whom it does not know is worth a word.
    pub fn has_roster(&self) -> bool {
        self.roster.is_some()
    }

    fn places(&self, word: &str, instance: Option<&str>) -> impl Iterator<Item = AccountRef> {
        let from = self.accounts.partition_point(|(name, _)| **name < *word);
        let named = self.accounts[from..].iter().take_while(move |(name, _)| **name == *word);
        let all = named.map(|(_, place)| *place);
        all.filter(move |it| instance.is_none_or(|name| self.is_on(*it, name)))
    }

    fn is_on(&self, place: AccountRef, instance: &str) -> bool {
        fold(&self.instances[place.instance].name) == fold(instance)
    }

    fn user(&self, place: AccountRef) -> &'a User {
        &self.instances[place.instance].records.users[place.user]
    }

    fn people_of<'b>(&self, addresses: impl IntoIterator<Item = &'b String>) -> Vec<&'a Person> {
        let Some(roster) = self.roster else { return Vec::new() };
        let of = |it: &String| match roster.match_of(it) {
            Match::None => Vec::new(),
            Match::One(it) => vec![it],
            Match::Many(all) => all,
        };
        let mut seen = BTreeSet::new();
        addresses.into_iter().flat_map(of).filter(|it| seen.insert(it.number)).collect()
    }
}

impl Identity {
    /// Every address that the word may be, in one spelling.
    pub fn addresses(&self) -> &BTreeSet<String> {
        &self.addresses
    }

    /// Whether the word is neither an address nor a known id: it cannot be distinguished from any
    /// person.
    pub fn is_nobody(&self) -> bool {
        self.addresses.is_empty() && self.people.is_empty() && self.accounts.is_empty()
    }

    /// Whether both may be one person.
    pub fn may_be(&self, other: &Self) -> bool {
        !self.addresses.is_disjoint(&other.addresses)
            || !self.people.is_disjoint(&other.people)
            || !self.accounts.is_disjoint(&other.accounts)
            || !self.likenesses.is_disjoint(&other.likenesses)
    }
}

/// What an account goes by.
fn names(it: &User) -> impl Iterator<Item = &str> {
    let older = it.legacy_id.as_ref().map(|legacy_id| legacy_id.0.as_str());
    [Some(it.id.0.as_str()), older, it.email.as_deref()].into_iter().flatten()
}

/// The word in one spelling, without the kind before it and what people write around an address.
fn bare(word: &str) -> String {
    let word = address::written(word);
    let bare = word.strip_prefix("user:").map(address::written);
    bare.unwrap_or(word)
}

/// The likeness of an address that is written otherwise.
fn odd(email: &str) -> Option<String> {
    let likeness = address::likeness(email);
    (likeness != fold(email)).then_some(likeness)
}

fn odd_accounts(accounts: &[(Cow<'_, str>, AccountRef)]) -> BTreeMap<String, Vec<AccountRef>> {
    let mut res: BTreeMap<String, Vec<AccountRef>> = BTreeMap::new();
    for (name, place) in accounts.iter().filter(|account| account.0.contains('@')) {
        if let Some(likeness) = odd(name) {
            res.entry(likeness).or_default().push(*place);
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use proptest::prelude::{prop_assert, proptest};
    use proptest::sample::{select, subsequence};

    use super::{AccountMatch, Identities};
    use crate::config::RosterSource;
    use crate::roster::{self, Roster};
    use crate::snapshot::{Collected, Records, Snapshot};

    #[test]
    fn one_person_is_found_under_every_address_alias_and_id() {
        let (snapshot, roster) = (snapshot(), roster());
        let all = Identities::of(&snapshot, Some(&roster));
        let words = ["ann@acme.test", " A.Doe@ACME.test", "u1", "user:U1", "7", "P1"];
        for (one, other) in words.iter().flat_map(|one| words.map(|other| (*one, other))) {
            let (one, other) = (all.whom(one, Some("prod")), all.whom(other, Some(" PROD")));
            assert!(one.may_be(&other), "{one:?} {other:?}");
        }
        let somebody_else = ["bob@acme.test", "u2", "Ann <bob@acme.test>"];
        for it in somebody_else {
            assert!(!all.whom(it, None).may_be(&all.whom("u1", Some("prod"))), "{it}");
        }
        assert!(all.whom("Ann <ann@acme.test>", None).may_be(&all.whom("P1", None)));
    }

    /// What people write within an address.
    const WITHIN: [fn(&str, &str) -> String; 6] = [
        |local, domain| format!("{}@{}", local.to_uppercase(), domain),
        |local, domain| format!("{}@{}", wide(local), wide(domain)),
        |local, domain| format!("{local}\u{200b}@\u{feff}{domain}"),
        |local, domain| format!("{local}+eu@{domain}"),
        |local, domain| format!(" {local} @ {domain}. "),
        |local, domain| format!("{local}\u{ff20}{domain}"),
    ];
    /// What people write around one.
    const AROUND: [fn(&str) -> String; 8] = [
        |it| it.to_owned(),
        |it| format!("Bob Roe <{it}>"),
        |it| format!("mailto:{it}"),
        |it| format!("\"Roe, Bob\" <MAILTO:{it}?subject=yes>"),
        |it| format!("{it} (for Bob)"),
        |it| format!("SMTP:{it};"),
        |it| format!("\u{ff1c}{it}\u{ff1e}"),
        |it| format!("user:{it}"),
    ];

    fn wide(text: &str) -> String {
        let wider = |it: char| char::from_u32(u32::from(it) + 0xfee0).unwrap_or(it);
        text.chars().map(|it| if it.is_ascii_graphic() { wider(it) } else { it }).collect()
    }

    fn spelled(address: &str, within: &[usize], context: usize) -> String {
        let mut res = address.to_owned();
        for it in within {
            let (local, domain) = res.split_once(['@', '\u{ff20}']).unwrap_or((&res, "acme.test"));
            res = WITHIN[*it](local, domain);
        }
        AROUND[context](&res)
    }

    proptest! {
        /// Whoever approves under one spelling what concerns them under another is seen, by what
        /// the roster knows, and where there is none.
        #[test]
        fn no_spelling_makes_two_of_one_person(
            addresses in select(vec![
                ("ann@acme.test", "a.doe@acme.test"),
                ("ann@acme.test", "u1"),
            ]),
            within in subsequence((0..WITHIN.len()).collect::<Vec<_>>(), 0..4),
            also in subsequence((0..WITHIN.len()).collect::<Vec<_>>(), 0..4),
            context in 0..AROUND.len(),
            beside in 0..AROUND.len(),
        ) {
            let (snapshot, roster) = (snapshot(), roster());
            let (one, other) = addresses;
            let all = Identities::of(&snapshot, Some(&roster));
            let whom = |all: &Identities<'_>, it: &str| all.whom(it, Some("prod"));
            let first = spelled(one, &within, context);
            let second =
                if other.contains('@') { spelled(other, &also, beside) } else { other.to_owned() };
            prop_assert!(whom(&all, &first).may_be(&whom(&all, &second)), "{first:?} {second:?}");
            let bare = Identities::of(&snapshot, None);
            let third = spelled(one, &also, beside);
            prop_assert!(whom(&bare, &first).may_be(&whom(&bare, &third)), "{first:?} {third:?}");
            let bob = spelled("bob@acme.test", &also, beside);
            prop_assert!(!whom(&all, &first).may_be(&whom(&all, &bob)), "{first:?} {bob:?}");
        }
    }

    #[test]
    fn whoever_has_many_addresses_is_looked_up_once() {
        let (snapshot, roster) = (snapshot(), roster());
        let all = Identities::of(&snapshot, Some(&roster));
        let [one, other] = ["ann@acme.test", "A.Doe@acme.test"].map(|it| all.whom(it, None));
        assert!(Rc::ptr_eq(&one, &other));
        // It is what each of them gives on its own.
        for it in ["ann@acme.test", "a.doe@acme.test", "bob@acme.test", "two@acme.test"] {
            all.whom(it, Some("prod"));
            let afresh = Identities::of(&snapshot, Some(&roster)).find(it, Some("prod"));
            assert_eq!(format!("{:?}", all.whom(it, Some("prod"))), format!("{afresh:?}"), "{it}");
        }
    }

    #[test]
    fn two_addresses_in_one_cell_are_nobody() {
        let (snapshot, roster) = (snapshot(), roster());
        let all = Identities::of(&snapshot, Some(&roster));
        for it in ["ann@acme.test,bob@acme.test", "ann@acme.test; bob@acme.test", "a@b@acme.test"] {
            assert!(all.whom(it, None).is_nobody(), "{it}");
        }
    }

    #[test]
    fn ids_belong_to_their_instance() {
        let (snapshot, roster) = (snapshot(), roster());
        let all = Identities::of(&snapshot, Some(&roster));
        let on = |instance| all.whom("u1", Some(instance));
        assert!(!on("prod").may_be(&on("lab")));
        assert!(all.whom("u1", None).may_be(&on("lab")));
    }

    #[test]
    fn a_name_is_nobody_and_an_address_is_somebody_who_may_be_unknown() {
        let (snapshot, roster) = (snapshot(), roster());
        let all = Identities::of(&snapshot, Some(&roster));
        assert!(
            ["Ann Doe", "yes", "-", "@", "ann doe@acme.test"]
                .map(|it| all.whom(it, None).is_nobody())
                .iter()
                .all(|it| *it)
        );
        let stranger = all.whom("zoe@acme.test", None);
        assert!(!stranger.is_nobody() && !all.knows(&stranger));
        assert!(all.knows(&all.whom("bob@acme.test", None)));
    }

    #[test]
    fn an_account_is_meant_where_it_is_one() {
        let (snapshot, roster) = (snapshot(), roster());
        let all = Identities::of(&snapshot, Some(&roster));
        let on = |word| all.account(word, "prod");
        assert_eq!(
            ["u1", "7", "ANN@acme.test", "a.doe@acme.test", "p1"].map(on),
            [const { AccountMatch::One("u1") }; 5]
        );
        assert_eq!(on("two@acme.test"), AccountMatch::Several(2));
        assert_eq!(on("unknown@acme.test"), AccountMatch::None);
        assert_eq!(all.account("bob@acme.test", "lab"), AccountMatch::None);
    }

    fn snapshot() -> Snapshot {
        let users =
            |text| Records { users: serde_json::from_str(text).unwrap(), ..Records::default() };
        let prod = users(
            r#"[
                {"id": "u1", "legacy_id": 7, "email": "Ann@acme.test"},
                {"id": "u2", "legacy_id": 8, "email": "bob@acme.test"},
                {"id": "u3", "email": "two@acme.test"},
                {"id": "u4", "email": "Two@acme.test "}
            ]"#,
        );
        let lab = users(r#"[{"id": "u1", "email": "cat@acme.test"}]"#);
        let at = "2026-11-02T06:00:00Z".parse().unwrap();
        let of = |name: &str, records| Collected {
            name: name.to_owned(),
            records,
            ..Collected::default()
        };
        let instances = vec![of("prod", prod), of("lab", lab)];
        Snapshot {
            collected_at: at,
            finished_at: at,
            collector: String::new(),
            operator: None,
            instances,
        }
    }

    fn roster() -> Roster {
        let text = "person-id,email,aliases,status\n\
            P1,ann@acme.test,a.doe@acme.test,active\n\
            P2,bob@acme.test,,active\n";
        let source = RosterSource { path: "roster.csv".into(), ..RosterSource::default() };
        roster::parse(text.as_bytes(), &source).unwrap()
    }
}
