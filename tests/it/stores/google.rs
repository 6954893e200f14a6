//! What is for Google speaks as S3 does but for who asks: moto takes it, where it checks nobody.

use std::fs;

use super::Storing;
use super::server::S3;

#[test]
fn a_pack_goes_to_a_bucket_of_google_and_comes_back() {
    let Some(server) = S3::start_open() else { return };
    let company = Storing::new("", "");
    // An account that nobody has to vouch for.
    let account =
        r#"{"disable_oauth": true, "client_email": "", "private_key": "", "private_key_id": ""}"#;
    company.0.home.write("account.json", account);
    let endpoint = server.endpoint();
    let section = format!("[store]\nendpoint = \"{endpoint}\"\nsecret-file = \"account.json\"\n");
    company.configure("gs://evidence/retool", &section);
    company.pack("2025-10");
    let again = company.run(&["store", "push"]).expect(0);
    assert!(again.stdout.ends_with(": there already\n"), "{}", again.stdout);
    fs::remove_dir_all(company.path("evidence")).expect("it is there");
    let next = company.month("2025-11");
    assert!(next.stderr.contains("what 1 pack recorded"), "{}", next.stderr);
    let verified = company.run(&["verify", "gs://evidence/retool"]).expect(0);
    assert_eq!(verified.stdout.matches("ok, ").count(), 2, "{}", verified.stdout);
}
