using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sida.Web.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class EarlierAnswers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "EarlierAnswers",
                columns: table => new
                {
                    ItemId = table.Column<Guid>(type: "uuid", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    ReplacedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    ModelName = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    ModelHash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    ProbabilityReal = table.Column<float>(type: "real", nullable: true),
                    ProbabilityFullSynthetic = table.Column<float>(type: "real", nullable: true),
                    ProbabilityTampered = table.Column<float>(type: "real", nullable: true),
                    Verdict = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    Iou = table.Column<double>(type: "double precision", nullable: true),
                    Content = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EarlierAnswers", x => new { x.ItemId, x.Number });
                    table.ForeignKey(
                        name: "FK_EarlierAnswers_ReviewItems_ProjectId_ItemId",
                        columns: x => new { x.ProjectId, x.ItemId },
                        principalTable: "ReviewItems",
                        principalColumns: new[] { "ProjectId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_EarlierAnswers_ProjectId_ItemId",
                table: "EarlierAnswers",
                columns: new[] { "ProjectId", "ItemId" });

            migrationBuilder.CreateIndex(
                name: "IX_EarlierAnswers_ProjectId_ModelName",
                table: "EarlierAnswers",
                columns: new[] { "ProjectId", "ModelName" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "EarlierAnswers");
        }
    }
}
