//! Which hosts are this machine itself, reached without network and proxy.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The addresses of this machine that a name below `localhost` stands for, whatever a name service
/// may say: those names are set aside for that (RFC 6761).
pub const ADDRESSES: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Whether an address is this machine's own, also where version 6 holds one of version 4.
pub fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Whether a host, as it stands in an address, can be no other machine than this: an address of its
/// own, or a name at or below `localhost`.
pub fn is_this_machine(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse() {
        Ok(address) => is_loopback(address),
        Err(_) => is_localhost(host),
    }
}

/// Whether a name is `localhost` or below it.
pub fn is_localhost(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::is_this_machine;

    #[test]
    fn this_machine_is_told_from_others_that_look_like_it() {
        let own = [
            "127.0.0.1",
            "127.255.0.9",
            "[::1]",
            "::1",
            "[::ffff:127.0.0.1]",
            "localhost",
            "LocalHost",
            "x.localhost",
        ];
        let others = [
            "0.0.0.0",
            "128.0.0.1",
            "[::]",
            "[::2]",
            "[::ffff:10.0.0.1]",
            "localhost.acme.example",
            "mylocalhost",
            "127.0.0.1.acme.example",
            "",
        ];
        assert_eq!(own.map(is_this_machine), [true; 8]);
        assert_eq!(others.map(is_this_machine), [false; 9]);
    }
}
