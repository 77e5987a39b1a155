#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vrkn::data {

/// A file inside a .zip archive.
struct ZipMember {
  std::string name;
  std::string bytes;
};

/// The bytes of a .zip archive with these members, in this order, each deflated at level 1 (for recorded pictures the
/// higher levels cost several times the time for few bytes). The same members give the same bytes: no clock is read.
/// Throws DataError when two members share a name, or when a member or the archive exceeds 2 GB.
///
/// Format: PKWARE, APPNOTE.TXT, the .ZIP File Format Specification, sections 4.3 and 4.4.
std::string write_zip(std::span<const ZipMember> members);

/// The members of an archive, in the order of its directory: stored or deflated, without encryption, comment, or zip64
/// directory. Everything is checked, and no more memory is taken than `archive` can truly unfold to.
/// Throws DataError that names `source`, the archive's file, and what is wrong with it.
std::vector<ZipMember> read_zip(std::string_view archive, const std::string& source);

}  // namespace vrkn::data
