//! New files and folders, which are their owner's alone, and the output that a person names.

mod output;
mod private;
mod stdout;

pub use output::{Existing, Target, is_same_file, output};
pub use private::{
    append_private, create_private, create_private_folder, open_existing, replace_private, temporary_folder,
};
pub use stdout::check_stdout;
