using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sida.Web.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Review : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ReviewProjects",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    Guidelines = table.Column<string>(type: "TEXT", nullable: false),
                    Labels = table.Column<string>(type: "TEXT", nullable: false),
                    Stages = table.Column<int>(type: "INTEGER", nullable: false),
                    Overlap = table.Column<int>(type: "INTEGER", nullable: false),
                    HoneypotShare = table.Column<double>(type: "REAL", nullable: false),
                    ReservationMinutes = table.Column<int>(type: "INTEGER", nullable: false),
                    Revision = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<Guid>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    ArchivedAt = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReviewProjects", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "AuditEntries",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    At = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Actor = table.Column<Guid>(type: "TEXT", nullable: false),
                    ApiKeyId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Action = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    ItemId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Details = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditEntries", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AuditEntries_ReviewProjects_ProjectId",
                        column: x => x.ProjectId,
                        principalTable: "ReviewProjects",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ProjectMembers",
                columns: table => new
                {
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Person = table.Column<Guid>(type: "TEXT", nullable: false),
                    Role = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    AddedAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ProjectMembers", x => new { x.ProjectId, x.Person });
                    table.ForeignKey(
                        name: "FK_ProjectMembers_ReviewProjects_ProjectId",
                        column: x => x.ProjectId,
                        principalTable: "ReviewProjects",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ReviewItems",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    Sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    FileName = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    FileNameSearch = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    Format = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    Width = table.Column<int>(type: "INTEGER", nullable: false),
                    Height = table.Column<int>(type: "INTEGER", nullable: false),
                    Source = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    SourceKey = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    ModelName = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    ModelHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    ProbabilityReal = table.Column<float>(type: "REAL", nullable: true),
                    ProbabilityFullSynthetic = table.Column<float>(type: "REAL", nullable: true),
                    ProbabilityTampered = table.Column<float>(type: "REAL", nullable: true),
                    ModelVerdict = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    ModelPlace = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    ModelMaskShare = table.Column<double>(type: "REAL", nullable: true),
                    IsHoneypot = table.Column<bool>(type: "INTEGER", nullable: false),
                    Doubt = table.Column<double>(type: "REAL", nullable: false),
                    Disagreement = table.Column<double>(type: "REAL", nullable: true),
                    State = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    OpenSlots = table.Column<int>(type: "INTEGER", nullable: false),
                    Verdict = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    ShownVerdict = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    Place = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    MaskShare = table.Column<double>(type: "REAL", nullable: true),
                    ModelIou = table.Column<double>(type: "REAL", nullable: true),
                    Reasons = table.Column<string>(type: "TEXT", nullable: false),
                    DecidedLineId = table.Column<Guid>(type: "TEXT", nullable: true),
                    DecidedNumber = table.Column<int>(type: "INTEGER", nullable: true),
                    DecidedAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    Reviewer = table.Column<Guid>(type: "TEXT", nullable: true),
                    ReviewedUntil = table.Column<DateTime>(type: "TEXT", nullable: true),
                    OpenComments = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    ChangedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Revision = table.Column<int>(type: "INTEGER", nullable: false),
                    ModelAnnotation = table.Column<string>(type: "TEXT", nullable: true),
                    Truth = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReviewItems", x => x.Id);
                    table.UniqueConstraint("AK_ReviewItems_ProjectId_Id", x => new { x.ProjectId, x.Id });
                    table.ForeignKey(
                        name: "FK_ReviewItems_ReviewProjects_ProjectId",
                        column: x => x.ProjectId,
                        principalTable: "ReviewProjects",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Webhooks",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Url = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    Secret = table.Column<string>(type: "TEXT", nullable: false),
                    Events = table.Column<int>(type: "INTEGER", maxLength: 32, nullable: false),
                    IsActive = table.Column<bool>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<Guid>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Webhooks", x => x.Id);
                    table.UniqueConstraint("AK_Webhooks_ProjectId_Id", x => new { x.ProjectId, x.Id });
                    table.ForeignKey(
                        name: "FK_Webhooks_ReviewProjects_ProjectId",
                        column: x => x.ProjectId,
                        principalTable: "ReviewProjects",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AnnotationLines",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ItemId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Annotator = table.Column<Guid>(type: "TEXT", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    IsAssigned = table.Column<bool>(type: "INTEGER", nullable: false),
                    ReservedUntil = table.Column<DateTime>(type: "TEXT", nullable: true),
                    Latest = table.Column<int>(type: "INTEGER", nullable: false),
                    Verdict = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    SubmittedNumber = table.Column<int>(type: "INTEGER", nullable: true),
                    ReturnReason = table.Column<string>(type: "TEXT", nullable: true),
                    Returns = table.Column<int>(type: "INTEGER", nullable: false),
                    StartedAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    SubmittedAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    SeenAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    WorkSeconds = table.Column<double>(type: "REAL", nullable: false),
                    ModelIou = table.Column<double>(type: "REAL", nullable: true),
                    TruthIou = table.Column<double>(type: "REAL", nullable: true),
                    IsVerdictTrue = table.Column<bool>(type: "INTEGER", nullable: true),
                    Place = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    MaskShare = table.Column<double>(type: "REAL", nullable: true),
                    Reasons = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AnnotationLines", x => x.Id);
                    table.UniqueConstraint("AK_AnnotationLines_ProjectId_Id", x => new { x.ProjectId, x.Id });
                    table.ForeignKey(
                        name: "FK_AnnotationLines_ReviewItems_ProjectId_ItemId",
                        columns: x => new { x.ProjectId, x.ItemId },
                        principalTable: "ReviewItems",
                        principalColumns: new[] { "ProjectId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "LineComparisons",
                columns: table => new
                {
                    First = table.Column<Guid>(type: "TEXT", nullable: false),
                    Second = table.Column<Guid>(type: "TEXT", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ItemId = table.Column<Guid>(type: "TEXT", nullable: false),
                    FirstPerson = table.Column<Guid>(type: "TEXT", nullable: false),
                    SecondPerson = table.Column<Guid>(type: "TEXT", nullable: false),
                    At = table.Column<DateTime>(type: "TEXT", nullable: false),
                    SameVerdict = table.Column<bool>(type: "INTEGER", nullable: false),
                    Iou = table.Column<double>(type: "REAL", nullable: true),
                    Dice = table.Column<double>(type: "REAL", nullable: true),
                    Text = table.Column<string>(type: "TEXT", nullable: false),
                    TextSimilarity = table.Column<double>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LineComparisons", x => new { x.First, x.Second });
                    table.ForeignKey(
                        name: "FK_LineComparisons_ReviewItems_ProjectId_ItemId",
                        columns: x => new { x.ProjectId, x.ItemId },
                        principalTable: "ReviewItems",
                        principalColumns: new[] { "ProjectId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ReviewComments",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ItemId = table.Column<Guid>(type: "TEXT", nullable: false),
                    LineId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Author = table.Column<Guid>(type: "TEXT", nullable: false),
                    Text = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    X = table.Column<double>(type: "REAL", nullable: true),
                    Y = table.Column<double>(type: "REAL", nullable: true),
                    ReplyTo = table.Column<Guid>(type: "TEXT", nullable: true),
                    WrittenAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    ResolvedAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    ResolvedBy = table.Column<Guid>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReviewComments", x => x.Id);
                    table.UniqueConstraint("AK_ReviewComments_ProjectId_Id", x => new { x.ProjectId, x.Id });
                    table.ForeignKey(
                        name: "FK_ReviewComments_ReviewItems_ProjectId_ItemId",
                        columns: x => new { x.ProjectId, x.ItemId },
                        principalTable: "ReviewItems",
                        principalColumns: new[] { "ProjectId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "WebhookDeliveries",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    WebhookId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Event = table.Column<int>(type: "INTEGER", maxLength: 32, nullable: false),
                    Payload = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    NextAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    EndedAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    LastResult = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_WebhookDeliveries", x => x.Id);
                    table.ForeignKey(
                        name: "FK_WebhookDeliveries_Webhooks_ProjectId_WebhookId",
                        columns: x => new { x.ProjectId, x.WebhookId },
                        principalTable: "Webhooks",
                        principalColumns: new[] { "ProjectId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AnnotationVersions",
                columns: table => new
                {
                    LineId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Author = table.Column<Guid>(type: "TEXT", nullable: false),
                    SavedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    BasedOn = table.Column<int>(type: "INTEGER", nullable: false),
                    ModelName = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    ModelHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    Verdict = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    MaskIou = table.Column<double>(type: "REAL", nullable: false),
                    Content = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AnnotationVersions", x => new { x.LineId, x.Number });
                    table.ForeignKey(
                        name: "FK_AnnotationVersions_AnnotationLines_ProjectId_LineId",
                        columns: x => new { x.ProjectId, x.LineId },
                        principalTable: "AnnotationLines",
                        principalColumns: new[] { "ProjectId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "CommentMentions",
                columns: table => new
                {
                    CommentId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Person = table.Column<Guid>(type: "TEXT", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    SeenAt = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CommentMentions", x => new { x.CommentId, x.Person });
                    table.ForeignKey(
                        name: "FK_CommentMentions_ReviewComments_ProjectId_CommentId",
                        columns: x => new { x.ProjectId, x.CommentId },
                        principalTable: "ReviewComments",
                        principalColumns: new[] { "ProjectId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_AnnotationLines_ItemId_Annotator",
                table: "AnnotationLines",
                columns: new[] { "ItemId", "Annotator" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AnnotationLines_ProjectId_Annotator_State",
                table: "AnnotationLines",
                columns: new[] { "ProjectId", "Annotator", "State" });

            migrationBuilder.CreateIndex(
                name: "IX_AnnotationLines_ProjectId_ItemId",
                table: "AnnotationLines",
                columns: new[] { "ProjectId", "ItemId" });

            migrationBuilder.CreateIndex(
                name: "IX_AnnotationLines_ProjectId_State_ReservedUntil",
                table: "AnnotationLines",
                columns: new[] { "ProjectId", "State", "ReservedUntil" });

            migrationBuilder.CreateIndex(
                name: "IX_AnnotationLines_ProjectId_SubmittedAt",
                table: "AnnotationLines",
                columns: new[] { "ProjectId", "SubmittedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_AnnotationVersions_ProjectId_LineId",
                table: "AnnotationVersions",
                columns: new[] { "ProjectId", "LineId" });

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntries_ProjectId_At",
                table: "AuditEntries",
                columns: new[] { "ProjectId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntries_ProjectId_ItemId",
                table: "AuditEntries",
                columns: new[] { "ProjectId", "ItemId" });

            migrationBuilder.CreateIndex(
                name: "IX_CommentMentions_Person_SeenAt",
                table: "CommentMentions",
                columns: new[] { "Person", "SeenAt" });

            migrationBuilder.CreateIndex(
                name: "IX_CommentMentions_ProjectId_CommentId",
                table: "CommentMentions",
                columns: new[] { "ProjectId", "CommentId" });

            migrationBuilder.CreateIndex(
                name: "IX_LineComparisons_ProjectId_At",
                table: "LineComparisons",
                columns: new[] { "ProjectId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_LineComparisons_ProjectId_ItemId",
                table: "LineComparisons",
                columns: new[] { "ProjectId", "ItemId" });

            migrationBuilder.CreateIndex(
                name: "IX_ProjectMembers_Person",
                table: "ProjectMembers",
                column: "Person");

            migrationBuilder.CreateIndex(
                name: "IX_ReviewComments_ProjectId_ItemId",
                table: "ReviewComments",
                columns: new[] { "ProjectId", "ItemId" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewItems_ProjectId_ChangedAt",
                table: "ReviewItems",
                columns: new[] { "ProjectId", "ChangedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewItems_ProjectId_Doubt",
                table: "ReviewItems",
                columns: new[] { "ProjectId", "Doubt" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewItems_ProjectId_Number",
                table: "ReviewItems",
                columns: new[] { "ProjectId", "Number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ReviewItems_ProjectId_OpenSlots_IsHoneypot_Doubt",
                table: "ReviewItems",
                columns: new[] { "ProjectId", "OpenSlots", "IsHoneypot", "Doubt" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewItems_ProjectId_Source_SourceKey",
                table: "ReviewItems",
                columns: new[] { "ProjectId", "Source", "SourceKey" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ReviewItems_ProjectId_State_Doubt",
                table: "ReviewItems",
                columns: new[] { "ProjectId", "State", "Doubt" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewItems_Sha256",
                table: "ReviewItems",
                column: "Sha256");

            migrationBuilder.CreateIndex(
                name: "IX_WebhookDeliveries_ProjectId_CreatedAt",
                table: "WebhookDeliveries",
                columns: new[] { "ProjectId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_WebhookDeliveries_ProjectId_WebhookId",
                table: "WebhookDeliveries",
                columns: new[] { "ProjectId", "WebhookId" });

            migrationBuilder.CreateIndex(
                name: "IX_WebhookDeliveries_State_NextAt",
                table: "WebhookDeliveries",
                columns: new[] { "State", "NextAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AnnotationVersions");

            migrationBuilder.DropTable(
                name: "AuditEntries");

            migrationBuilder.DropTable(
                name: "CommentMentions");

            migrationBuilder.DropTable(
                name: "LineComparisons");

            migrationBuilder.DropTable(
                name: "ProjectMembers");

            migrationBuilder.DropTable(
                name: "WebhookDeliveries");

            migrationBuilder.DropTable(
                name: "AnnotationLines");

            migrationBuilder.DropTable(
                name: "ReviewComments");

            migrationBuilder.DropTable(
                name: "Webhooks");

            migrationBuilder.DropTable(
                name: "ReviewItems");

            migrationBuilder.DropTable(
                name: "ReviewProjects");
        }
    }
}
