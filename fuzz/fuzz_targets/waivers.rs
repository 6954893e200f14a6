//! Waivers and manual evidence: they are read, or each problem has its place. No id is there twice,
//! and the bytes that are kept are those that were read.
#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use retool_audit::catalogue::Catalogue;
use retool_audit::names::InstanceNames;
use retool_audit::waivers::{KnownNames, parse};
use retool_audit_fuzz::expect_places;

const FILE: &str = "waivers.toml";

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::default);
static INSTANCES: LazyLock<InstanceNames> =
    LazyLock::new(|| InstanceNames::of(&["cloud", "eu"], [("old".to_owned(), "eu".to_owned())]));

fuzz_target!(|bytes: &[u8]| {
    let known = KnownNames { rules: CATALOGUE.rules(), instances: &INSTANCES };
    let waivers = match parse(bytes.to_vec(), FILE, known) {
        Ok(it) => it,
        Err(problems) => return expect_places(&problems, FILE),
    };
    assert_eq!(waivers.bytes, bytes);
    let ids = waivers.records.iter().map(|it| &it.id);
    let different: BTreeSet<&String> = ids.clone().collect();
    assert_eq!(different.len(), ids.count(), "an id is there twice");
});
