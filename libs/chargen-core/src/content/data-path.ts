export { pathText } from 'yaml-splice/read';
