// Everything that the library offers.
#pragma once

#include <partwise/array.h>
#include <partwise/error.h>
#include <partwise/model.h>
#include <partwise/progress.h>
#include <partwise/prompts.h>
#include <partwise/reader.h>
#include <partwise/run.h>
#include <partwise/session.h>
#include <partwise/version.h>
