// The version of this library. CMake reads the three numbers from here's project() twin; a test
// compares them.
#ifndef WHOMAY_VERSION_H_
#define WHOMAY_VERSION_H_

#define WHOMAY_VERSION_MAJOR 0
#define WHOMAY_VERSION_MINOR 1
#define WHOMAY_VERSION_PATCH 0
#define WHOMAY_VERSION "0.1.0"

#endif  // WHOMAY_VERSION_H_
