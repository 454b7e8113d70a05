// whomay: who may do what, and by which path, across AWS and Kubernetes, from files alone.
// Everything public; start at analyzer.h.
#ifndef WHOMAY_WHOMAY_H_
#define WHOMAY_WHOMAY_H_

#include "whomay/analyzer.h"
#include "whomay/answer.h"
#include "whomay/diagnostic.h"
#include "whomay/findings.h"
#include "whomay/graph.h"
#include "whomay/migrate.h"
#include "whomay/version.h"

#endif  // WHOMAY_WHOMAY_H_
