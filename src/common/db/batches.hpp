// Rows of texts in statements of a fixed number of rows, so that the number of different statements
// is small.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/db/database.hpp"

namespace ticketing::db {

using TextRows = std::vector<std::vector<std::string>>;

// "($4, $5), ($6, $7), …": what follows VALUES, as many rows of `width` parameters each as one
// statement has, beginning with parameter `first`.
std::string batch_of_rows(std::size_t first, std::size_t width);

// One statement for each batch of `rows`. The parameters of `head` come first. The last batch is
// filled up with its last row: the statement must have no more effect when a row is repeated.
std::vector<Statement> in_batches(const Sql& sql, const std::vector<Value>& head,
                                  const TextRows& rows);

}  // namespace ticketing::db
