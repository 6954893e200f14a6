//! What is for Google speaks as S3 does but for who asks: moto takes it, where it checks nobody.

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
    company.goes_there_and_comes_back();
    let verified = company.run(&["verify", "gs://evidence/retool"]).expect(0);
    assert_eq!(verified.stdout.matches("ok, ").count(), 2, "{}", verified.stdout);
}
