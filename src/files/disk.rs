//! What the disk of a folder lets this process do.

use std::path::Path;

/// Whether this process may write into a folder that is there; none where the system does not say.
pub fn may_write(folder: &Path) -> Option<bool> {
    #[cfg(unix)]
    {
        use rustix::fs::{Access, access};
        Some(access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok())
    }
    #[cfg(not(unix))]
    {
        folder.metadata().ok().map(|it| !it.permissions().readonly())
    }
}

/// Bytes that are left for this process on the disk of a path that is there, where the system says.
pub fn room(path: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let disk = rustix::fs::statvfs(path).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}
