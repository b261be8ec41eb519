import { defineErrors } from '../common/errors/app-error.js';

export const DatasetErrors = defineErrors({
  DATASET_NOT_FOUND: { status: 404, title: 'There is no such dataset' },
  DATASET_SESSION_GONE: { status: 404, title: 'The conversation of the dataset no longer exists' },
  DATASET_LIMIT_REACHED: { status: 409, title: 'One answer may not keep more datasets' },
  DATASET_TOO_LARGE: { status: 413, title: 'The dataset is too large' },
  DATASET_INVALID: { status: 422, title: 'The rows do not fit their columns' },
  DATASET_VIEW_INVALID: { status: 422, title: 'The dataset cannot be shown like this' },
});
