export { hasKey, isDataMap, valueAt, type DataMap } from 'yaml-splice/read';
