// WHOMAY_API marks what libwhomay exports; all else in the library is hidden.
#ifndef WHOMAY_EXPORT_H_
#define WHOMAY_EXPORT_H_

#if defined(_WIN32)
#define WHOMAY_API
#else
#define WHOMAY_API __attribute__((visibility("default")))
#endif

#endif  // WHOMAY_EXPORT_H_
