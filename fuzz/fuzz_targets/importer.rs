//! Saved answers and tables: whatever is imported is stored, and read from there as the very same
//! snapshot; what the importer would not read is refused by name.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use retool_audit::config::Instance;
use retool_audit::config::Known;
use retool_audit::config::check::parse;
use retool_audit::import::{Error, ImportOrigin, import};
use retool_audit::snapshot::Snapshot;
use retool_audit::snapshot::seal::SealKey;
use retool_audit::snapshot::store;
use retool_audit_fuzz::{Room, expect_places, files};

const CONFIGURATION: &str = "[organization]
name = \"Acme\"
domains = [\"acme.example\"]
[[instance]]
name = \"one\"
url = \"https://one.acme.example\"
token-env = \"ONE\"
[[instance]]
name = \"two\"
url = \"https://two.acme.example\"
token-env = \"TWO\"
";

static INSTANCES: LazyLock<Vec<Instance>> = LazyLock::new(|| {
    parse(CONFIGURATION, Path::new("/audit"), "audit.toml", &Known::default())
        .expect("sound")
        .instances
});

thread_local! {
    static ROOM: Room = Room::new();
}

fuzz_target!(|input: &[u8]| ROOM.with(|room| {
    let dir = room.fill("saved", &files(input));
    let key = SealKey::new([7; 32]);
    let collected_at = "2026-11-02T06:00:00Z".parse().expect("a time");
    let collector = format!("retool-audit{}", Snapshot::IMPORTED);
    let origin = ImportOrigin { collector: &collector, operator: None, collected_at, key: Some(&key) };
    let snapshot = match import(&dir, &INSTANCES, &origin) {
        Ok(it) => it,
        Err(Error::Problems(it)) => return expect_places(&it, "saved"),
        Err(Error::Read { path, source }) => panic!("{}: {source}", path.display()),
    };
    let place = room.path("snapshot");
    room.clear(&place);
    let hashes = store::write(&snapshot, &place).expect("it can be stored");
    let read = store::read(&place).expect("what was stored can be read");
    assert_eq!(read, (snapshot, hashes), "what was stored is read as it was");
}));
