//! What somebody who can write to the evidence, or answers for a server, may try.

mod seal;
