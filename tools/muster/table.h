// Lists for people: columns that line up, whatever is in them and in whatever script.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace muster::tool {

class Table {
 public:
    Table(std::ostream& out, std::vector<std::string> headings);

    void add(std::vector<std::string> row);
    /// Prints what was added since the last time, under the headings where it is the first. A
    /// column never gets narrower, so that long lists can be printed a page at a time.
    void print();

 private:
    std::ostream& out_;
    std::vector<std::vector<std::string>> rows_;
    std::vector<std::size_t> widths_;
};

}  // namespace muster::tool
