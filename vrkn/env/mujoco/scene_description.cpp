#include "vrkn/env/mujoco/scene_description.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <string>

#include <nlohmann/json.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace vrkn::env {
namespace {

using Json = nlohmann::json;

// A float as the decimal number its author wrote: 0.7, not 0.699999988.
double number(float value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.begin(), text.end(), value).ptr;
  double result = 0.0;
  std::from_chars(text.begin(), end, result);
  return result;
}
double number(double value) {
  return value;
}

// Row `row` of an array with `width` columns.
template <class Number>
Json row(const Number* values, int row, int width) {
  Json list = Json::array();
  for (int i = 0; i < width; ++i) list.push_back(number(values[row * width + i]));
  return list;
}
template <class Number, size_t kSize>
Json list(const Number (&values)[kSize]) {
  return row(values, 0, static_cast<int>(kSize));
}

Json name(const mjModel& m, mjtObj kind, int id) {
  const char* found = id < 0 ? nullptr : mj_id2name(&m, kind, id);
  return found == nullptr ? Json() : Json(found);
}

template <size_t kSize>
std::string word(const std::array<const char*, kSize>& words, int index) {
  return index >= 0 && index < static_cast<int>(kSize) ? words[static_cast<size_t>(index)] : std::to_string(index);
}

constexpr std::array kGeomTypes = {"plane", "hfield", "sphere", "capsule", "ellipsoid", "cylinder", "box", "mesh"};
constexpr std::array kJointTypes = {"free", "ball", "slide", "hinge"};
constexpr std::array kTrackingModes = {"fixed", "track", "trackcom", "targetbody", "targetbodycom"};
constexpr std::array kTextureTypes = {"2d", "cube", "skybox"};
constexpr std::array kWraps = {"none", "joint", "pulley", "site", "sphere", "cylinder"};
constexpr std::array kStages = {"none", "pos", "vel", "acc"};
constexpr std::array kTransmissions = {"joint", "jointinparent", "slidercrank", "tendon", "site", "body"};
constexpr std::array kDynamics = {"none", "integrator", "filter"};
constexpr std::array kGains = {"fixed", "affine", "muscle", "user"};
constexpr std::array kBiases = {"none", "affine", "muscle", "user"};

// Their numbers differ between versions of MuJoCo; these are the kinds that the scenes have.
std::string sensor_kind(int type) {
  switch (type) {
    case mjSENS_TOUCH:
      return "touch";
    case mjSENS_VELOCIMETER:
      return "velocimeter";
    case mjSENS_GYRO:
      return "gyro";
    case mjSENS_JOINTPOS:
      return "jointpos";
    case mjSENS_JOINTVEL:
      return "jointvel";
    case mjSENS_FRAMEPOS:
      return "framepos";
    case mjSENS_FRAMEXAXIS:
      return "framexaxis";
    case mjSENS_FRAMEYAXIS:
      return "frameyaxis";
    case mjSENS_SUBTREELINVEL:
      return "subtreelinvel";
    default:
      return std::to_string(type);
  }
}

// What only MuJoCo 2 has.
template <class Option>
void add_options_of_version_2(const Option& o, Json& option) {
  if constexpr (requires { o.apirate; }) {
    option["apirate"] = o.apirate;
    option["collision"] = o.collision;
    option["mpr_iterations"] = o.mpr_iterations;
    option["mpr_tolerance"] = o.mpr_tolerance;
  }
}

// The texture's pixels, three bytes each, and the one of a material.
template <class Model>
const mjtByte* pixels(const Model& m, int i) {
  if constexpr (requires { m.tex_data; }) {
    return m.tex_data + m.tex_adr[i];
  } else {
    return m.tex_rgb + m.tex_adr[i];
  }
}
int texture_of(const mjModel& m, int material) {
#if mjVERSION_HEADER >= 300
  return m.mat_texid[material * mjNTEXROLE + mjTEXROLE_RGB];
#else
  return m.mat_texid[material];
#endif
}
template <class Model>
bool is_directional(const Model& m, int light) {
  if constexpr (requires { m.light_type; }) {
    return m.light_type[light] == 1;  // mjLIGHT_DIRECTIONAL
  } else {
    return m.light_directional[light] != 0;
  }
}

Json sizes(const mjModel& m) {
  return {{"na", m.na},
          {"nbody", m.nbody},
          {"ncam", m.ncam},
          {"nconmax", m.nconmax},
          {"neq", m.neq},
          {"nexclude", m.nexclude},
          {"ngeom", m.ngeom},
          {"njmax", m.njmax},
          {"njnt", m.njnt},
          {"nkey", m.nkey},
          {"nlight", m.nlight},
          {"nmat", m.nmat},
          {"nmocap", m.nmocap},
          {"npair", m.npair},
          {"nq", m.nq},
          {"nsensor", m.nsensor},
          {"nsensordata", m.nsensordata},
          {"nsite", m.nsite},
          {"ntendon", m.ntendon},
          {"ntex", m.ntex},
          {"nu", m.nu},
          {"nv", m.nv},
          {"nwrap", m.nwrap}};
}

Json option(const mjOption& o) {
  Json option = {{"cone", o.cone},
                 {"density", o.density},
                 {"disableflags", o.disableflags},
                 {"enableflags", o.enableflags},
                 {"gravity", list(o.gravity)},
                 {"impratio", o.impratio},
                 {"integrator", o.integrator},
                 {"iterations", o.iterations},
                 {"jacobian", o.jacobian},
                 {"magnetic", list(o.magnetic)},
                 {"noslip_iterations", o.noslip_iterations},
                 {"noslip_tolerance", o.noslip_tolerance},
                 {"o_margin", o.o_margin},
                 {"o_solimp", list(o.o_solimp)},
                 {"o_solref", list(o.o_solref)},
                 {"solver", o.solver},
                 {"timestep", o.timestep},
                 {"tolerance", o.tolerance},
                 {"viscosity", o.viscosity},
                 {"wind", list(o.wind)}};
  add_options_of_version_2(o, option);
  return option;
}

Json visual(const mjVisual& v) {
  return {{"global",
           {{"azimuth", number(v.global.azimuth)},
            {"elevation", number(v.global.elevation)},
            {"fovy", number(v.global.fovy)},
            {"glow", number(v.global.glow)},
            {"ipd", number(v.global.ipd)},
            {"linewidth", number(v.global.linewidth)},
            {"offheight", v.global.offheight},
            {"offwidth", v.global.offwidth}}},
          {"headlight",
           {{"active", v.headlight.active},
            {"ambient", list(v.headlight.ambient)},
            {"diffuse", list(v.headlight.diffuse)},
            {"specular", list(v.headlight.specular)}}},
          {"map",
           {{"actuatortendon", number(v.map.actuatortendon)},
            {"alpha", number(v.map.alpha)},
            {"fogend", number(v.map.fogend)},
            {"fogstart", number(v.map.fogstart)},
            {"force", number(v.map.force)},
            {"haze", number(v.map.haze)},
            {"shadowclip", number(v.map.shadowclip)},
            {"shadowscale", number(v.map.shadowscale)},
            {"stiffness", number(v.map.stiffness)},
            {"stiffnessrot", number(v.map.stiffnessrot)},
            {"torque", number(v.map.torque)},
            {"zfar", number(v.map.zfar)},
            {"znear", number(v.map.znear)}}},
          {"quality",
           {{"numquads", v.quality.numquads},
            {"numslices", v.quality.numslices},
            {"numstacks", v.quality.numstacks},
            {"offsamples", v.quality.offsamples},
            {"shadowsize", v.quality.shadowsize}}}};
}

Json texture(const mjModel& m, int i) {
  const size_t bytes = size_t{3} * static_cast<size_t>(m.tex_width[i]) * static_cast<size_t>(m.tex_height[i]);
  std::array<char, 17> hash{};
  std::snprintf(hash.data(), hash.size(), "%016llx", static_cast<unsigned long long>(XXH3_64bits(pixels(m, i), bytes)));
  return {{"name", name(m, mjOBJ_TEXTURE, i)},
          {"height", m.tex_height[i]},
          {"rgb_xxh3", hash.data()},
          {"type", word(kTextureTypes, m.tex_type[i])},
          {"width", m.tex_width[i]}};
}

Json material(const mjModel& m, int i) {
  return {{"name", name(m, mjOBJ_MATERIAL, i)},          {"emission", number(m.mat_emission[i])},
          {"reflectance", number(m.mat_reflectance[i])}, {"rgba", row(m.mat_rgba, i, 4)},
          {"shininess", number(m.mat_shininess[i])},     {"specular", number(m.mat_specular[i])},
          {"texrepeat", row(m.mat_texrepeat, i, 2)},     {"texture", name(m, mjOBJ_TEXTURE, texture_of(m, i))},
          {"texuniform", m.mat_texuniform[i] != 0}};
}

Json body(const mjModel& m, int i) {
  return {{"name", name(m, mjOBJ_BODY, i)},       {"parent", i == 0 ? Json() : name(m, mjOBJ_BODY, m.body_parentid[i])},
          {"inertia", row(m.body_inertia, i, 3)}, {"ipos", row(m.body_ipos, i, 3)},
          {"iquat", row(m.body_iquat, i, 4)},     {"mass", m.body_mass[i]},
          {"pos", row(m.body_pos, i, 3)},         {"quat", row(m.body_quat, i, 4)},
          {"subtreemass", m.body_subtreemass[i]}};
}

// A number for joints of one degree of freedom, a list for the others.
Json pose(const mjModel& m, const double* positions, int joint) {
  const int width = m.jnt_type[joint] == mjJNT_FREE ? 7 : m.jnt_type[joint] == mjJNT_BALL ? 4 : 1;
  const double* first = positions + m.jnt_qposadr[joint];
  return width == 1 ? Json(*first) : row(first, 0, width);
}

// What belongs to a degree of freedom is that of the joint's first.
Json joint(const mjModel& m, int i) {
  const int dof = m.jnt_dofadr[i];
  return {{"name", name(m, mjOBJ_JOINT, i)},
          {"body", name(m, mjOBJ_BODY, m.jnt_bodyid[i])},
          {"M0", m.dof_M0[dof]},
          {"armature", m.dof_armature[dof]},
          {"axis", row(m.jnt_axis, i, 3)},
          {"damping", m.dof_damping[dof]},
          {"dofadr", dof},
          {"frictionloss", m.dof_frictionloss[dof]},
          {"group", m.jnt_group[i]},
          {"invweight0", m.dof_invweight0[dof]},
          {"limited", m.jnt_limited[i] != 0},
          {"margin", m.jnt_margin[i]},
          {"pos", row(m.jnt_pos, i, 3)},
          {"qpos0", pose(m, m.qpos0, i)},
          {"qpos_spring", pose(m, m.qpos_spring, i)},
          {"qposadr", m.jnt_qposadr[i]},
          {"range", row(m.jnt_range, i, 2)},
          {"solimp_friction", row(m.dof_solimp, dof, mjNIMP)},
          {"solimp_limit", row(m.jnt_solimp, i, mjNIMP)},
          {"solref_friction", row(m.dof_solref, dof, mjNREF)},
          {"solref_limit", row(m.jnt_solref, i, mjNREF)},
          {"stiffness", m.jnt_stiffness[i]},
          {"type", word(kJointTypes, m.jnt_type[i])}};
}

Json geom(const mjModel& m, int i) {
  return {{"name", name(m, mjOBJ_GEOM, i)},
          {"body", name(m, mjOBJ_BODY, m.geom_bodyid[i])},
          {"conaffinity", m.geom_conaffinity[i]},
          {"condim", m.geom_condim[i]},
          {"contype", m.geom_contype[i]},
          {"fluid", m.geom_fluid[i * mjNFLUID]},
          {"friction", row(m.geom_friction, i, 3)},
          {"gap", m.geom_gap[i]},
          {"group", m.geom_group[i]},
          {"margin", m.geom_margin[i]},
          {"material", name(m, mjOBJ_MATERIAL, m.geom_matid[i])},
          {"pos", row(m.geom_pos, i, 3)},
          {"priority", m.geom_priority[i]},
          {"quat", row(m.geom_quat, i, 4)},
          {"rgba", row(m.geom_rgba, i, 4)},
          {"size", row(m.geom_size, i, 3)},
          {"solimp", row(m.geom_solimp, i, mjNIMP)},
          {"solmix", m.geom_solmix[i]},
          {"solref", row(m.geom_solref, i, mjNREF)},
          {"type", word(kGeomTypes, m.geom_type[i])}};
}

Json site(const mjModel& m, int i) {
  return {{"name", name(m, mjOBJ_SITE, i)},
          {"body", name(m, mjOBJ_BODY, m.site_bodyid[i])},
          {"group", m.site_group[i]},
          {"material", name(m, mjOBJ_MATERIAL, m.site_matid[i])},
          {"pos", row(m.site_pos, i, 3)},
          {"quat", row(m.site_quat, i, 4)},
          {"rgba", row(m.site_rgba, i, 4)},
          {"size", row(m.site_size, i, 3)},
          {"type", word(kGeomTypes, m.site_type[i])}};
}

Json camera(const mjModel& m, int i) {
  return {{"name", name(m, mjOBJ_CAMERA, i)},
          {"body", name(m, mjOBJ_BODY, m.cam_bodyid[i])},
          {"fovy", m.cam_fovy[i]},
          {"ipd", m.cam_ipd[i]},
          {"mat0", row(m.cam_mat0, i, 9)},
          {"mode", word(kTrackingModes, m.cam_mode[i])},
          {"pos", row(m.cam_pos, i, 3)},
          {"pos0", row(m.cam_pos0, i, 3)},
          {"poscom0", row(m.cam_poscom0, i, 3)},
          {"quat", row(m.cam_quat, i, 4)},
          {"target", name(m, mjOBJ_BODY, m.cam_targetbodyid[i])}};
}

Json light(const mjModel& m, int i) {
  return {{"name", name(m, mjOBJ_LIGHT, i)},
          {"body", name(m, mjOBJ_BODY, m.light_bodyid[i])},
          {"active", m.light_active[i] != 0},
          {"ambient", row(m.light_ambient, i, 3)},
          {"attenuation", row(m.light_attenuation, i, 3)},
          {"castshadow", m.light_castshadow[i] != 0},
          {"cutoff", number(m.light_cutoff[i])},
          {"diffuse", row(m.light_diffuse, i, 3)},
          {"dir", row(m.light_dir, i, 3)},
          {"dir0", row(m.light_dir0, i, 3)},
          {"directional", is_directional(m, i)},
          {"exponent", number(m.light_exponent[i])},
          {"mode", word(kTrackingModes, m.light_mode[i])},
          {"pos", row(m.light_pos, i, 3)},
          {"pos0", row(m.light_pos0, i, 3)},
          {"poscom0", row(m.light_poscom0, i, 3)},
          {"specular", row(m.light_specular, i, 3)},
          {"target", name(m, mjOBJ_BODY, m.light_targetbodyid[i])}};
}

// One point or joint on a tendon's way.
Json wrap(const mjModel& m, int i) {
  const int type = m.wrap_type[i];
  const mjtObj kind = type == mjWRAP_JOINT ? mjOBJ_JOINT : type == mjWRAP_SITE ? mjOBJ_SITE : mjOBJ_GEOM;
  return {
      {"object", name(m, kind, m.wrap_objid[i])}, {"prm", m.wrap_prm[i]}, {"type", word(kWraps, type)}, {"wrap_id", i}};
}

Json tendon(const mjModel& m, int i) {
  Json wraps = Json::array();
  for (int k = 0; k < m.tendon_num[i]; ++k) wraps.push_back(wrap(m, m.tendon_adr[i] + k));
  return {{"name", name(m, mjOBJ_TENDON, i)},
          {"damping", m.tendon_damping[i]},
          {"frictionloss", m.tendon_frictionloss[i]},
          {"group", m.tendon_group[i]},
          {"length0", m.tendon_length0[i]},
          {"lengthspring", m.tendon_lengthspring[i]},
          {"limited", m.tendon_limited[i] != 0},
          {"margin", m.tendon_margin[i]},
          {"material", name(m, mjOBJ_MATERIAL, m.tendon_matid[i])},
          {"range", row(m.tendon_range, i, 2)},
          {"rgba", row(m.tendon_rgba, i, 4)},
          {"solimp_friction", row(m.tendon_solimp_fri, i, mjNIMP)},
          {"solimp_limit", row(m.tendon_solimp_lim, i, mjNIMP)},
          {"solref_friction", row(m.tendon_solref_fri, i, mjNREF)},
          {"solref_limit", row(m.tendon_solref_lim, i, mjNREF)},
          {"stiffness", m.tendon_stiffness[i]},
          {"width", m.tendon_width[i]},
          {"wrap", wraps}};
}

Json actuator(const mjModel& m, int i) {
  const mjtObj target = m.actuator_trntype[i] == mjTRN_TENDON ? mjOBJ_TENDON : mjOBJ_JOINT;
  return {{"name", name(m, mjOBJ_ACTUATOR, i)},
          {"acc0", m.actuator_acc0[i]},
          {"biasprm", row(m.actuator_biasprm, i, mjNBIAS)},
          {"biastype", word(kBiases, m.actuator_biastype[i])},
          {"ctrllimited", m.actuator_ctrllimited[i] != 0},
          {"ctrlrange", row(m.actuator_ctrlrange, i, 2)},
          {"dynprm", row(m.actuator_dynprm, i, mjNDYN)},
          {"dyntype", word(kDynamics, m.actuator_dyntype[i])},
          {"forcelimited", m.actuator_forcelimited[i] != 0},
          {"forcerange", row(m.actuator_forcerange, i, 2)},
          {"gainprm", row(m.actuator_gainprm, i, mjNGAIN)},
          {"gaintype", word(kGains, m.actuator_gaintype[i])},
          {"gear", row(m.actuator_gear, i, 6)},
          {"target", name(m, target, m.actuator_trnid[2 * i])},
          {"trntype", word(kTransmissions, m.actuator_trntype[i])}};
}

Json sensor(const mjModel& m, int i) {
  const int object = m.sensor_objtype[i];
  return {{"name", name(m, mjOBJ_SENSOR, i)},
          {"kind", sensor_kind(m.sensor_type[i])},
          {"adr", m.sensor_adr[i]},
          {"cutoff", m.sensor_cutoff[i]},
          {"dim", m.sensor_dim[i]},
          {"noise", m.sensor_noise[i]},
          {"object", name(m, static_cast<mjtObj>(object), m.sensor_objid[i])},
          {"objtype", mju_type2Str(object)},
          {"stage", word(kStages, m.sensor_needstage[i])}};
}

Json each(const mjModel& m, int64_t count, Json (*one)(const mjModel&, int)) {
  Json all = Json::array();
  for (int i = 0; i < count; ++i) all.push_back(one(m, i));
  return all;
}

}  // namespace

Json describe(const mjModel& m) {
  return {{"model_name", m.names},
          {"sizes", sizes(m)},
          {"option", option(m.opt)},
          {"visual", visual(m.vis)},
          {"statistic",
           {{"center", list(m.stat.center)},
            {"extent", m.stat.extent},
            {"meaninertia", m.stat.meaninertia},
            {"meanmass", m.stat.meanmass},
            {"meansize", m.stat.meansize}}},
          {"textures", each(m, m.ntex, texture)},
          {"materials", each(m, m.nmat, material)},
          {"bodies", each(m, m.nbody, body)},
          {"joints", each(m, m.njnt, joint)},
          {"geoms", each(m, m.ngeom, geom)},
          {"sites", each(m, m.nsite, site)},
          {"cameras", each(m, m.ncam, camera)},
          {"lights", each(m, m.nlight, light)},
          {"tendons", each(m, m.ntendon, tendon)},
          {"actuators", each(m, m.nu, actuator)},
          {"sensors", each(m, m.nsensor, sensor)}};
}

}  // namespace vrkn::env
