//! The master key: from the environment, or from a file that is made once.

use super::{
    cipher::{self, Key},
    random, sha256,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use kernel::{Error, Kind, Result, TenantId};
use secrecy::{ExposeSecret, SecretBox, SecretSlice, SecretString};
use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};
use uuid::Uuid;

const FILE: &str = "master.key";

/// The master key: `CLUBE_MASTER_KEY` when it is set, else the file `master.key` in the data folder, which is made at
/// the first start, readable by its owner only. Two processes that start at once end with the same key.
pub fn master_key(env: Option<&SecretString>, data_dir: &Path) -> Result<SecretSlice<u8>> {
    if let Some(text) = env {
        return parse_master_key("CLUBE_MASTER_KEY", text);
    }
    let path = data_dir.join(FILE);
    let text = read_or_make(&path).map_err(|error| {
        setting(format!(
            "The master key file {} cannot be used: {error}.",
            path.display()
        ))
    })?;
    parse_master_key(&format!("The master key file {}", path.display()), &text)
}

/// The 32 bytes of a key written in base64; `name` is the setting that the refusal names.
pub fn parse_master_key(name: &str, text: &SecretString) -> Result<SecretSlice<u8>> {
    match STANDARD.decode(text.expose_secret().trim()) {
        Ok(bytes) if bytes.len() == 32 => Ok(bytes.into()),
        _ => Err(setting(format!("{name} must be base64 of 32 bytes."))),
    }
}

fn setting(sentence: String) -> Error {
    Error::new(Kind::Internal, "wrong_setting", sentence)
}

/// The key is written aside first and then linked to its name, which fails when somebody was faster: whoever reads the
/// name finds a whole key.
fn read_or_make(path: &Path) -> io::Result<SecretString> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        read => return read.map(Into::into),
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let aside = path.with_extension(Uuid::from_bytes(random()).simple().to_string());
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&aside)?;
    writeln!(file, "{}", STANDARD.encode(random::<32>()))?;
    file.sync_all()?;
    let linked = fs::hard_link(&aside, path);
    fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => fs::read_to_string(path).map(Into::into),
    }
}

/// The master key in use, and one more that still opens what it wrapped, while the key is being changed.
///
/// To change the key without a break: first give every node the new key as `CLUBE_MASTER_KEY_PREVIOUS`, then swap the
/// two, run `clube rotate-keys`, and drop the old one.
pub struct MasterKeys {
    current: MasterKey,
    previous: Option<MasterKey>,
}

struct MasterKey {
    id: String,
    key: Key,
}

impl MasterKeys {
    /// Both must be 32 bytes.
    pub fn new(current: &SecretSlice<u8>, previous: Option<&SecretSlice<u8>>) -> Result<Self> {
        Ok(Self {
            current: MasterKey::new("CLUBE_MASTER_KEY", current)?,
            previous: previous
                .map(|key| MasterKey::new("CLUBE_MASTER_KEY_PREVIOUS", key))
                .transpose()?,
        })
    }

    /// Names the key that wraps; says nothing about the key itself.
    pub(super) fn current_id(&self) -> &str {
        &self.current.id
    }

    /// A data key as it is stored.
    pub(super) fn wrap(&self, id: Uuid, tenant: Option<TenantId>, key: &Key) -> Result<String> {
        let wrapped = cipher::seal(
            &self.current.key,
            &wrapping(&id, tenant.as_ref(), &self.current.id),
            key.expose_secret(),
        )?;
        Ok(format!("v1.{wrapped}"))
    }

    /// A stored data key; `None` when neither master key opens it.
    pub(super) fn unwrap(
        &self,
        id: Uuid,
        tenant: Option<TenantId>,
        master_key_id: &str,
        wrapped: &str,
    ) -> Option<Key> {
        let master = [Some(&self.current), self.previous.as_ref()]
            .into_iter()
            .flatten()
            .find(|master| master.id == master_key_id)?;
        let opened = cipher::unseal(
            &master.key,
            &wrapping(&id, tenant.as_ref(), &master.id),
            wrapped.strip_prefix("v1.")?,
        )?;
        key(opened.expose_secret())
    }
}

impl MasterKey {
    fn new(name: &str, bytes: &SecretSlice<u8>) -> Result<Self> {
        let bytes = bytes.expose_secret();
        let digest = sha256(&[b"clube-digital master key id\0", bytes].concat());
        Ok(Self {
            id: URL_SAFE_NO_PAD.encode(&digest[..8]),
            key: key(bytes)
                .ok_or_else(|| setting(format!("{name} must be base64 of 32 bytes.")))?,
        })
    }
}

fn key(bytes: &[u8]) -> Option<Key> {
    if bytes.len() != 32 {
        return None;
    }
    Some(SecretBox::init_with_mut(|key: &mut [u8; 32]| {
        key.copy_from_slice(bytes);
    }))
}

/// What a wrapped data key is bound to.
fn wrapping<'a>(
    id: &'a Uuid,
    tenant: Option<&'a TenantId>,
    master_key_id: &'a str,
) -> [&'a [u8]; 4] {
    [
        b"data_keys.wrapped",
        id.as_bytes(),
        cipher::tenant_bytes(tenant),
        master_key_id.as_bytes(),
    ]
}
