/** What is asked of inspections, defects and outages. */
import { line } from '../../../page/line';
import type {
  ChecklistList,
  Defect,
  DefectAssignment,
  DefectResolution,
  InspectionList,
  NewDefect,
  NewInspection,
  NewOutage,
  ObjectUpkeep,
  Outage,
  RecordedInspection,
} from '../../../server/api';

const query = (collection: string, object: string) => new URLSearchParams({ collection, object, limit: '200' });

/** The status of an object and why, with what is open. */
export const upkeepOf = (collection: string, object: string) =>
  line.get<ObjectUpkeep>(`/api/upkeep/${collection}/${object}`);

/** Of one object, the newest first. */
export const inspectionsOf = (collection: string, object: string) =>
  line.get<InspectionList>(`/api/inspections?${query(collection, object)}`);

export const checklists = () => line.get<ChecklistList>('/api/checklists');

const post = async <T>(path: string, body: unknown) => (await line.send<T>(path, { method: 'POST', body })).body;

export const inspect = (body: NewInspection) => post<RecordedInspection>('/api/inspections', body);
export const report = (body: NewDefect) => post<Defect>('/api/defects', body);
export const block = (body: NewOutage) => post<Outage>('/api/outages', body);
export const resolve = (id: string, body: DefectResolution) => post<Defect>(`/api/defects/${id}/resolution`, body);
export const end = (id: string) => post<Outage>(`/api/outages/${id}/end`, {});
export const assign = ({ id, version }: Defect, body: DefectAssignment) =>
  line.send(`/api/defects/${id}`, { method: 'PATCH', tag: `"${version}"`, body });
