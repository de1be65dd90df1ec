export { hasKey, isDataMap, pathText, valueAt, type DataMap } from 'yaml-splice/read';
