//! The same promises by a folder, by memory and by a bucket.

mod s3;

use super::Files;
use kernel::{FileId, Result, TenantId};
use uuid::Uuid;

const NAVI: TenantId = TenantId(Uuid::from_u128(1));
const OTHER: TenantId = TenantId(Uuid::from_u128(2));
const PHOTO: FileId = FileId(Uuid::from_u128(3));

async fn keeps_its_promises(files: Files) -> Result<()> {
    assert_eq!(files.get(NAVI, PHOTO).await?, None);
    files.put(NAVI, PHOTO, "a photo".into()).await?;
    let again = files.put(NAVI, PHOTO, "another".into()).await;
    assert!(again.is_err(), "a file never becomes another");
    assert_eq!(files.get(NAVI, PHOTO).await?, Some("a photo".into()));
    assert_eq!(files.get(OTHER, PHOTO).await?, None, "it is one tenant's");
    assert_eq!(files.list(OTHER).await?, []);
    let listed = files.list(NAVI).await?;
    assert_eq!(listed.iter().map(|it| it.id).collect::<Vec<_>>(), [PHOTO]);
    files.remove(NAVI, PHOTO).await?;
    files.remove(NAVI, PHOTO).await?;
    assert_eq!(files.get(NAVI, PHOTO).await?, None);
    Ok(())
}

#[tokio::test]
async fn memory() -> Result<()> {
    keeps_its_promises(Files::memory()).await
}

#[tokio::test]
async fn a_folder_that_only_the_program_reads() -> Result<()> {
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().join("deep").join("files");
    keeps_its_promises(Files::folder(&folder)?).await?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = folder
            .metadata()
            .expect("the folder is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0);
    }
    Ok(())
}

#[tokio::test]
async fn what_was_put_is_there_for_the_next_process() -> Result<()> {
    let data = tempfile::tempdir().expect("a folder");
    Files::folder(data.path())?
        .put(NAVI, PHOTO, "a photo".into())
        .await?;
    let found = Files::folder(data.path())?.get(NAVI, PHOTO).await?;
    assert_eq!(found, Some("a photo".into()));
    Ok(())
}
