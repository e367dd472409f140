// Asio and Beast, compiled once for everything that links muster_api.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
