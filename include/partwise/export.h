// Marks what the shared library exports.
#pragma once

#if defined(__GNUC__)
#define PARTWISE_API __attribute__((visibility("default")))
#else
#define PARTWISE_API
#endif
