//! The schema of binary messages: `--proto FILE --type NAME`.

use std::{
    fs::{self, File},
    path::PathBuf,
};

use clap::Args;
use prost_reflect::DescriptorPool;
use protox::Compiler;

use crate::{
    config::read_within,
    payload::{MessageType, printable},
};

/// The largest descriptor set that is read, in bytes.
const MAX_SET: u64 = 16 << 20;

/// How binary messages of Protobuf are read.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageTypeArgs {
    /// Read binary messages by this schema: a .proto file, or a descriptor set as `protoc -o` and `buf build -o` write it
    #[arg(long, value_name = "FILE", help_heading = "Payloads")]
    pub proto: Option<PathBuf>,
    /// The message of --proto that they are; needed if the file has several
    #[arg(long = "type", value_name = "NAME", requires = "proto", help_heading = "Payloads")]
    pub message: Option<String>,
    /// A folder in which --proto and its imports are looked up; may be given several times [default: that of the file]
    #[arg(long, value_name = "DIR", requires = "proto", help_heading = "Payloads")]
    pub proto_path: Vec<PathBuf>,
}

impl MessageTypeArgs {
    /// The type that is asked for.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is no schema, or has no such message; the error names the file.
    pub fn load(&self) -> Result<Option<MessageType>, String> {
        let Some(path) = &self.proto else { return Ok(None) };
        let shown = path.display();
        let is_source = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("proto"));
        let (pool, files) = if is_source { self.compiled(path)? } else { descriptors(path)? };
        let message = MessageType::named(&pool, &files, self.message.as_deref());
        message.map(Some).map_err(|error| printable(&format!("--proto {shown}: {error}")).into_owned())
    }

    fn compiled(&self, path: &PathBuf) -> Result<(DescriptorPool, Vec<String>), String> {
        if self.proto_path.is_empty() {
            // The compiler would say that it is in none of its folders.
            fs::metadata(path)
                .map_err(|error| format!("--proto {} cannot be read: {error}", path.display()))?;
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.map_or_else(|| PathBuf::from("."), PathBuf::from);
        let folders = if self.proto_path.is_empty() { vec![folder] } else { self.proto_path.clone() };
        // The form for debugging is the one with the place in the file.
        let failed = |error: protox::Error| {
            printable(&format!("--proto {} is no schema that can be read: {error:?}", path.display()))
                .into_owned()
        };
        let mut compiler = Compiler::new(folders).map_err(failed)?;
        compiler.include_imports(true).open_file(path).map_err(failed)?;
        let given = compiler.files().filter(|file| !file.is_import()).map(|file| file.name().to_owned());
        let given = given.collect();
        Ok((compiler.descriptor_pool(), given))
    }
}

fn descriptors(path: &PathBuf) -> Result<(DescriptorPool, Vec<String>), String> {
    let shown = path.display();
    let bytes = File::open(path)
        .and_then(|file| read_within(MAX_SET, file))
        .map_err(|error| format!("--proto {shown} cannot be read: {error}"))?;
    let pool = DescriptorPool::decode(bytes.as_slice()).map_err(|error| {
        format!(
            "--proto {shown} is no descriptor set ({error}); a schema in text has a name that ends in .proto"
        )
    })?;
    let files = pool.files().map(|file| file.name().to_owned()).collect();
    Ok((pool, files))
}
