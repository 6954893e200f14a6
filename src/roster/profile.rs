//! What the exports of one product look like: one small file each, and one for all others.
//!
//! A file is matched to a product by its headers. Where vendors disagree on a word, the product
//! decides; a word that only one vendor uses so is not known elsewhere, and is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::columns::{RosterColumn, squeeze};
use super::words::plain;
use super::{PersonKind, Status};
use crate::config::{DateOrder, TextEncoding};

/// The products, in the order of the alphabet; a test holds that each file of the folder is here.
const PRODUCTS: &[&str] = &[
    include_str!("profiles/active-directory-csvde.toml"),
    include_str!("profiles/active-directory.toml"),
    include_str!("profiles/adp.toml"),
    include_str!("profiles/bamboohr.toml"),
    include_str!("profiles/deel.toml"),
    include_str!("profiles/entra-id.toml"),
    include_str!("profiles/google-workspace.toml"),
    include_str!("profiles/gusto.toml"),
    include_str!("profiles/hibob.toml"),
    include_str!("profiles/jumpcloud.toml"),
    include_str!("profiles/microsoft-365.toml"),
    include_str!("profiles/okta.toml"),
    include_str!("profiles/onelogin.toml"),
    include_str!("profiles/oracle-hcm.toml"),
    include_str!("profiles/paycom.toml"),
    include_str!("profiles/paylocity.toml"),
    include_str!("profiles/personio.toml"),
    include_str!("profiles/rippling.toml"),
    include_str!("profiles/successfactors-employee-central.toml"),
    include_str!("profiles/successfactors.toml"),
    include_str!("profiles/ukg-pro.toml"),
    include_str!("profiles/ukg-ready.toml"),
    include_str!("profiles/workday.toml"),
];

/// What no one product's exports say.
const GENERAL: &str = include_str!("profiles/general.toml");

/// What is known of the exports of one product.
#[derive(Debug)]
pub struct Profile {
    /// The product.
    pub name: String,
    /// What kind of product keeps the list.
    pub source: ProductKind,
    /// Where the export is in the product's menus.
    pub menu: String,
    /// What is worth knowing before one exports.
    pub note: String,
    /// The exports that are distinguished, by title and headers.
    pub exports: Vec<Export>,
    /// Which number of a date is the day, where the product's settings do not change it.
    pub date_order: Option<DateOrder>,
    /// How letters are written, where the file does not say it.
    pub encoding: Option<TextEncoding>,
    /// The headers that a column goes by, the best first.
    pub columns: BTreeMap<RosterColumn, Vec<String>>,
    /// The same as the product writes them, by our word.
    pub headers: BTreeMap<String, Vec<String>>,
    /// Its words for where a person stands, with ours.
    pub words: BTreeMap<String, String>,
    /// Headers that look like a column and are none.
    pub ignored: BTreeSet<String>,
    statuses: BTreeMap<String, Status>,
    kinds: BTreeMap<String, PersonKind>,
}

/// What kind of product keeps a list of people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProductKind {
    /// Human resources: who works here.
    #[default]
    Hr,
    /// An identity provider or directory: whose account is on.
    IdentityProvider,
}

/// One export of a product.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// What people call it.
    pub title: String,
    /// The headers that every such file has, and no other.
    pub headers: Vec<String>,
}

/// A profile's file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ProfileFile {
    name: String,
    #[serde(default)]
    source: ProductKind,
    #[serde(default)]
    menu: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    export: Vec<Export>,
    date_order: Option<String>,
    encoding: Option<String>,
    #[serde(default)]
    columns: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    ignored: Vec<String>,
    #[serde(default)]
    statuses: BTreeMap<String, String>,
    #[serde(default)]
    types: BTreeMap<String, String>,
}

/// The products.
pub fn products() -> &'static [Profile] {
    static ALL: LazyLock<Vec<Profile>> =
        LazyLock::new(|| PRODUCTS.iter().map(|it| Profile::parse(it)).collect());
    &ALL
}

/// What no one product's exports say.
pub(super) fn general() -> &'static Profile {
    static ALL: LazyLock<Profile> = LazyLock::new(|| Profile::parse(GENERAL));
    &ALL
}

/// Every header that some export has.
pub(super) fn is_known(header: &str) -> bool {
    static ALL: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
        let profiles = products().iter().chain([general()]);
        profiles
            .flat_map(|profile| profile.columns.values().flatten())
            .map(String::as_str)
            .collect()
    });
    ALL.contains(&*squeeze(header))
}

/// The encodings that some product writes without saying so.
pub(super) fn encodings() -> impl Iterator<Item = TextEncoding> {
    let mut res: Vec<TextEncoding> = Vec::new();
    for it in products().iter().filter_map(|it| it.encoding) {
        if !res.contains(&it) {
            res.push(it);
        }
    }
    res.into_iter()
}

/// The product that exports files with this header, and which of its exports it is; none where
/// none does, or where several do.
pub(super) fn of(header: &[String]) -> Option<(&'static Profile, &'static str)> {
    let there: BTreeSet<String> = header.iter().map(|it| squeeze(it)).collect();
    let fits =
        |export: &&Export| export.headers.iter().all(|header| there.contains(&squeeze(header)));
    let all = products().iter().flat_map(|it| it.exports.iter().map(move |export| (it, export)));
    let mut found: Vec<_> = all.filter(|it| fits(&it.1)).collect();
    found.sort_by_key(|it| std::cmp::Reverse(it.1.headers.len()));
    let (profile, export) = *found.first()?;
    let rival = found.iter().find(|it| it.0.name != profile.name);
    let tie = rival.is_some_and(|it| it.1.headers.len() == export.headers.len());
    (!tie).then_some((profile, &*export.title))
}

impl Profile {
    fn parse(text: &str) -> Self {
        let data: ProfileFile = toml::from_str(text).expect("a test reads every profile");
        let column = |(word, headers): (String, Vec<String>)| {
            let column = RosterColumn::named(&word).expect("a test reads every profile");
            (column, headers.iter().map(|header| squeeze(header)).collect())
        };
        let status = |(word, status): (String, String)| {
            (plain(&word), Status::named(&status).expect("a test reads every profile"))
        };
        let kind = |(word, kind): (String, String)| {
            (plain(&word), PersonKind::named(&kind).expect("a test reads every profile"))
        };
        let order = |word: String| DateOrder::ALL.into_iter().find(|it| it.word() == word);
        Self {
            name: data.name,
            source: data.source,
            menu: data.menu,
            note: data.note,
            exports: data.export,
            date_order: data.date_order.and_then(order),
            encoding: data.encoding.and_then(|encoding| TextEncoding::named(&encoding)),
            headers: data.columns.clone(),
            words: data.statuses.clone(),
            columns: data.columns.into_iter().map(column).collect(),
            ignored: data.ignored.iter().map(|it| squeeze(it)).collect(),
            statuses: data.statuses.into_iter().map(status).collect(),
            kinds: data.types.into_iter().map(kind).collect(),
        }
    }

    /// What a word in its plain form means here.
    pub(super) fn status(&self, plain: &str) -> Option<Status> {
        self.statuses.get(plain).copied()
    }

    /// What a person of a kind in its plain form is.
    pub(super) fn kind(&self, plain: &str) -> Option<&PersonKind> {
        self.kinds.get(plain)
    }

    /// The headers of a column.
    pub(super) fn headers_of(&self, column: RosterColumn) -> &[String] {
        self.columns.get(&column).map_or(&[], |it| it)
    }
}
