//! The reader of snapshots. Its seal would refuse nearly every input at once, so it is put on here:
//! lists come as JSON lines and are compressed, `@NAME` in `snapshot.json` becomes the hash of that
//! list, and the id is made. What is read is stored and read again as the same; what is not says
//! which file is wrong.
#![no_main]

use libfuzzer_sys::fuzz_target;
use retool_audit::digest;
use retool_audit::snapshot::store;
use retool_audit_fuzz::{Room, expect_named, file, files};

const MANIFEST: &str = "snapshot.json";
const FORMAT: &str = "\n  \"format\": 1,\n";

thread_local! {
    static ROOM: Room = Room::new();
}

fuzz_target!(|input: &[u8]| ROOM.with(|room| {
    let files = files(input);
    let Ok(manifest) = std::str::from_utf8(file(&files, MANIFEST)) else { return };
    let mut manifest = manifest.to_owned();
    let mut sealed: Vec<(&str, Vec<u8>)> = Vec::new();
    for (name, content) in files.iter().filter(|it| it.0 != MANIFEST) {
        let list = zstd::encode_all(*content, 1).expect("a list");
        manifest = manifest.replace(&format!("\"@{name}\""), &format!("\"{}\"", digest::of(&list)));
        sealed.push((name, list));
    }
    let id = &digest::of(&manifest)[..16];
    manifest = manifest.replacen(FORMAT, &format!("{FORMAT}  \"id\": \"{id}\",\n"), 1);
    sealed.push((MANIFEST, manifest.into_bytes()));
    let sealed: Vec<(&str, &[u8])> = sealed.iter().map(|it| (it.0, it.1.as_slice())).collect();
    let dir = room.fill("sealed", &sealed);
    let whole = match store::read_whole(&dir) {
        Ok(it) => it,
        Err(error) => return expect_named(&error, "`"),
    };
    assert!(whole.files.keys().eq(whole.hashes.files.keys()), "every file is kept and known");
    let peek = store::peek(&dir).expect("what is sound shows itself");
    assert_eq!((&peek.id, peek.header), (&whole.hashes.id, whole.snapshot.header()));
    let place = room.path("again");
    room.clear(&place);
    store::write(&whole.snapshot, &place).expect("it can be stored");
    let (again, _) = store::read(&place).expect("what was stored can be read");
    assert_eq!(again, whole.snapshot, "what was stored is read as it was");
}));
